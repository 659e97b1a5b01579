package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.Mul;
import dev.coppice.compiler.op.Slice;
import dev.coppice.compiler.op.Softplus;
import dev.coppice.compiler.op.Tanh;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.Collections;
import java.util.List;

/**
 * Operators that were experimental until opset 9 and that files of early converters from Core ML,
 * Caffe2 and Keras contain. They become arithmetic.
 */
final class ExperimentalImporter {
  private ExperimentalImporter() {}

  /** Affine: {@code alpha * x + beta}. */
  static List<Value> affine(NodeContext node) {
    return List.of(
        plus(node, times(node, node.number("alpha", 1), node.input(0)), node.number("beta", 0)));
  }

  /** ParametricSoftplus: {@code alpha * log(exp(beta * x) + 1)}. */
  static List<Value> parametricSoftplus(NodeContext node) {
    Value inner = times(node, node.number("beta", 1), node.input(0));
    return List.of(times(node, node.number("alpha", 1), node.add(new Softplus(), inner)));
  }

  /** ScaledTanh: {@code alpha * tanh(beta * x)}. */
  static List<Value> scaledTanh(NodeContext node) {
    Value inner = times(node, node.number("beta", 1), node.input(0));
    return List.of(times(node, node.number("alpha", 1), node.add(new Tanh(), inner)));
  }

  /** ImageScaler: {@code scale * x + bias[c]} of {@code x: [N, C, H, W]}. */
  static List<Value> imageScaler(NodeContext node) {
    Shape x = image(node);
    List<Float> bias = node.attributes().numbers("bias").orElse(List.of());
    Value scaled = times(node, node.number("scale", 1), node.input(0));
    if (bias.isEmpty()) {
      return List.of(scaled);
    }
    if (bias.size() != x.dim(1)) {
      throw new IllegalArgumentException(
          "attribute 'bias' is " + bias + ", expected a value for each channel of " + node.type(0));
    }
    TensorType type = TensorType.of(dtype(node), bias.size(), 1, 1);
    return List.of(node.add(new Add(), scaled, node.constant(Tensor.fromDoubles(type, bias::get))));
  }

  /**
   * Crop of {@code x: [N, C, H, W]}: what {@code border} (left, top, right, bottom) leaves, or with
   * {@code scale} that height and width from the left and top border on.
   */
  static List<Value> crop(NodeContext node) {
    Shape x = image(node);
    List<Integer> border = node.attributes().integers("border").orElse(List.of(0, 0, 0, 0));
    List<Integer> size = node.attributes().integers("scale").orElse(List.of());
    if (border.size() != 4
        || border.stream().anyMatch(b -> b < 0)
        || !(size.isEmpty() || size.size() == 2)) {
      throw new IllegalArgumentException(
          "attributes 'border' "
              + border
              + " and 'scale' "
              + size
              + "; expected four sizes, and none or two");
    }
    int height = size.isEmpty() ? x.dim(2) - border.get(1) - border.get(3) : size.get(0);
    int width = size.isEmpty() ? x.dim(3) - border.get(0) - border.get(2) : size.get(1);
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "border " + border + " leaves " + height + " x " + width + " of " + node.type(0));
    }
    return List.of(
        node.add(
            new Slice(
                List.of(0, 0, border.get(1), border.get(0)),
                Collections.nCopies(4, 1),
                List.of(x.dim(0), x.dim(1), height, width)),
            node.input(0)));
  }

  private static Shape image(NodeContext node) {
    if (node.shape(0).rank() != 4) {
      throw new IllegalArgumentException(
          "operand 0 is " + node.type(0) + ", expected [N, C, H, W]");
    }
    return node.shape(0);
  }

  private static DType dtype(NodeContext node) {
    DType dtype = node.type(0).dtype();
    if (!dtype.isFloat()) {
      throw new IllegalArgumentException("operand 0 is " + node.type(0) + ", expected floats");
    }
    return dtype;
  }

  private static Value times(NodeContext node, float factor, Value x) {
    return factor == 1 ? x : node.add(new Mul(), x, node.scalar(dtype(node), factor));
  }

  private static Value plus(NodeContext node, Value x, float term) {
    return term == 0 ? x : node.add(new Add(), x, node.scalar(dtype(node), term));
  }
}
