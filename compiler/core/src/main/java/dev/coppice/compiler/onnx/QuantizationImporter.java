package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.onnx.wire.TensorReader;
import dev.coppice.compiler.op.DequantizeLinear;
import dev.coppice.compiler.op.QuantizeLinear;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import java.util.List;

/**
 * QuantizeLinear and DequantizeLinear, since 10; axes since 13, blocks (not supported) since 21.
 */
final class QuantizationImporter {
  private QuantizationImporter() {}

  /**
   * QuantizeLinear: without a zero point it is 0 of the type in {@code output_dtype}, else uint8.
   */
  static List<Value> quantize(NodeContext node) {
    node.attributes().ignore("saturate", "precision");
    int axis = axis(node);
    int code = node.attributes().integer("output_dtype", 0);
    DType wanted =
        code == 0
            ? node.has(2) ? node.type(2).dtype() : DType.UINT8
            : DType.ofOnnx(code)
                .orElseThrow(
                    () -> node.unsupportedType(TensorReader.typeName(code), "the result has it"));
    if (node.has(2) && node.type(2).dtype() != wanted) {
      throw new IllegalArgumentException(
          "attribute 'output_dtype' is " + wanted + ", the zero point is " + node.type(2));
    }
    return List.of(
        node.add(new QuantizeLinear(axis), node.input(0), node.input(1), zeroPoint(node, wanted)));
  }

  /** DequantizeLinear: without a zero point it is 0. */
  static List<Value> dequantize(NodeContext node) {
    int code = node.attributes().integer("output_dtype", node.type(1).dtype().onnxCode());
    if (code != 0 && code != node.type(1).dtype().onnxCode()) {
      throw node.unsupported("output_dtype", "it differs from the type of the scale");
    }
    Value zero = zeroPoint(node, node.type(0).dtype());
    return List.of(node.add(new DequantizeLinear(axis(node)), node.input(0), node.input(1), zero));
  }

  private static int axis(NodeContext node) {
    if (node.attributes().integer("block_size", 0) != 0) {
      throw node.unsupported("block_size", "a scale per block is not supported");
    }
    int axis = node.attributes().integer("axis", 1);
    return node.shape(1).size() == 1 ? 0 : AxisArguments.normalize(axis, node.shape(0).rank());
  }

  private static Value zeroPoint(NodeContext node, DType dtype) {
    return node.optional(2)
        .orElseGet(() -> node.constant(Tensor.splatLong(node.type(1).with(dtype), 0)));
  }
}
