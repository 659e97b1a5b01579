package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.AveragePool;
import dev.coppice.compiler.op.Div;
import dev.coppice.compiler.op.Transpose;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * QLinearAveragePool of com.microsoft: x, its scale and zero point, scale and zero point of the
 * result. The exact mean of the integers of a window becomes {@code round(mean * (xScale / yScale))
 * + yZero}, ties to even. ONNX Runtime averages floats, whose error decides where a tie goes: there
 * its result may be a level off.
 */
final class QuantizedPoolImporter implements NodeImporter {
  @Override
  public List<Value> apply(NodeContext node) {
    boolean channelsLast = node.attributes().flag("channels_last", false);
    int rank = node.shape(0).rank();
    if (channelsLast && rank > 2) {
      node.replace(0, node.add(new Transpose(channelsFirst(rank)), node.input(0)));
    }
    DType dtype = node.type(0).dtype();
    IntegerProduct p = new IntegerProduct(node);
    Value x = p.centred(node.input(0), Optional.of(zeroPoint(node, 2, dtype)));
    Value mean = node.add(pool(node), x);
    Value ratio = node.add(new Div(), one(node, 1), one(node, 3));
    Value y =
        IntegerImporter.requantized(node, mean, ratio, zeroPoint(node, 4, dtype), "y_zero_point");
    return List.of(channelsLast ? node.add(new Transpose(channelsLast(rank)), y) : y);
  }

  private static AveragePool pool(NodeContext node) {
    Attributes a = node.attributes();
    WindowArguments w =
        WindowArguments.of(
            node,
            a.integers("kernel_shape")
                .orElseThrow(
                    () -> new IllegalArgumentException("attribute 'kernel_shape' is missing")));
    boolean countsPads = a.flag("count_include_pad", false);
    List<Integer> shape = w.outputShape(node.shape(0), a.flag("ceil_mode", false));
    List<Integer> pads = countsPads ? padsOfWholeWindows(node.shape(0), w, shape) : w.pads();
    return new AveragePool(w.kernel(), w.strides(), pads, w.dilations(), countsPads, shape);
  }

  /** Pads into which every window fits: where pads count, all elements of a window do. */
  private static List<Integer> padsOfWholeWindows(Shape x, WindowArguments w, List<Integer> shape) {
    List<Integer> pads = new ArrayList<>(w.pads());
    int n = w.kernel().size();
    for (int s = 0; s < n; s++) {
      int window = (w.kernel().get(s) - 1) * w.dilations().get(s) + 1;
      int end = (shape.get(s) - 1) * w.strides().get(s) + window - x.dim(s + 2) - pads.get(s);
      pads.set(s + n, Math.max(pads.get(s + n), end));
    }
    return pads;
  }

  private static List<Integer> channelsFirst(int rank) {
    List<Integer> perm = new ArrayList<>(List.of(0, rank - 1));
    perm.addAll(AxisArguments.all(rank).subList(1, rank - 1));
    return perm;
  }

  private static List<Integer> channelsLast(int rank) {
    List<Integer> perm = new ArrayList<>(List.of(0));
    perm.addAll(AxisArguments.all(rank).subList(2, rank));
    perm.add(1);
    return perm;
  }

  private static Value zeroPoint(NodeContext node, int i, DType dtype) {
    Value zero = node.has(i) ? one(node, i) : node.scalar(dtype, 0);
    if (zero.type().dtype() != dtype) {
      throw new IllegalArgumentException(
          "zero point is " + zero.type() + " for operand 0 of type " + node.type(0));
    }
    return zero;
  }

  private static Value one(NodeContext node, int i) {
    if (node.shape(i).size() != 1) {
      throw new IllegalArgumentException(
          "operand " + i + " is " + node.type(i) + ", expected one value");
    }
    return node.reshape(node.input(i), List.of());
  }
}
