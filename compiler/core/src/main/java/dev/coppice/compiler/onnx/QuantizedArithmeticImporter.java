package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.Div;
import dev.coppice.compiler.op.Mul;
import dev.coppice.compiler.tensor.DType;
import java.util.List;
import java.util.Optional;

/**
 * Arithmetic of com.microsoft on quantized operands, each followed by its scale and zero point; the
 * result's scale and zero point come last. A zero point that is not given is 0.
 */
final class QuantizedArithmeticImporter {
  private QuantizedArithmeticImporter() {}

  /** QLinearAdd: levels {@code a * (aScale / yScale) + b * (bScale / yScale)}. */
  static List<Value> add(NodeContext node) {
    IntegerProduct p = new IntegerProduct(node);
    Value a = scaled(node, p, 0);
    Value b = scaled(node, p, 3);
    Value sum = node.add(new Add(), a, b);
    return List.of(stored(node, sum, node.scalar(DType.FLOAT32, 1)));
  }

  /** QLinearMul: levels {@code a * b * (aScale * bScale / yScale)}. */
  static List<Value> multiply(NodeContext node) {
    IntegerProduct p = new IntegerProduct(node);
    Value a = p.centred(node.input(0), node.optional(2));
    Value b = p.centred(node.input(3), node.optional(5));
    Value scale = IntegerImporter.scale(node, node.input(1), node.input(4), node.input(6));
    return List.of(stored(node, node.add(new Mul(), a, b), node.reshape(scale, List.of())));
  }

  private static Value scaled(NodeContext node, IntegerProduct p, int i) {
    Value ratio = node.add(new Div(), node.input(i + 1), node.input(6));
    return node.add(
        new Mul(), p.centred(node.input(i), node.optional(i + 2)), node.reshape(ratio, List.of()));
  }

  private static Value stored(NodeContext node, Value sum, Value scale) {
    Optional<Value> zero = node.optional(7);
    Value z = zero.orElseGet(() -> node.scalar(node.type(0).dtype(), 0));
    return IntegerImporter.requantized(node, sum, scale, z, "C_zero_point");
  }
}
