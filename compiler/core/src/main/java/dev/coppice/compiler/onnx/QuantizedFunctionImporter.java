package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Concat;
import dev.coppice.compiler.op.DequantizeLinear;
import dev.coppice.compiler.op.LeakyRelu;
import dev.coppice.compiler.op.QuantizeLinear;
import dev.coppice.compiler.op.Reduce;
import dev.coppice.compiler.op.Sigmoid;
import dev.coppice.compiler.op.Where;
import dev.coppice.compiler.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Functions of com.microsoft on quantized operands: x, its scale and zero point, scale and zero
 * point of the result. They dequantize, compute in float and quantize; a zero point that is not
 * given is 0.
 */
final class QuantizedFunctionImporter {
  private QuantizedFunctionImporter() {}

  /** QLinearSigmoid. */
  static List<Value> sigmoid(NodeContext node) {
    return of(node, new Sigmoid());
  }

  /** QLinearLeakyRelu. */
  static List<Value> leakyRelu(NodeContext node) {
    return of(node, new LeakyRelu(node.number("alpha", .01f)));
  }

  /** QLinearGlobalAveragePool. */
  static List<Value> globalAverage(NodeContext node) {
    int rank = node.shape(0).rank();
    int first = node.attributes().flag("channels_last", false) ? 1 : 2;
    List<Integer> spatial = IntStream.range(first, first + rank - 2).boxed().toList();
    return of(node, new Reduce(Reduce.Kind.MEAN, spatial, true));
  }

  /** QLinearReduceMean, over all axes unless some are given. */
  static List<Value> mean(NodeContext node) {
    int rank = node.shape(0).rank();
    List<Integer> axes =
        node.attributes()
            .integers("axes")
            .map(given -> AxisArguments.sorted(given, rank))
            .orElse(AxisArguments.all(rank));
    boolean keepsDims = node.attributes().flag("keepdims", true);
    return of(node, new Reduce(Reduce.Kind.MEAN, axes, keepsDims));
  }

  /** QLinearConcat: scale and zero point of the result, then each operand with its own. */
  static List<Value> concat(NodeContext node) {
    if (node.inputCount() % 3 != 2 || node.inputCount() < 5) {
      throw new IllegalArgumentException(
          "there are " + node.inputCount() + " operands, expected 2 and 3 for each part");
    }
    List<Value> parts = new ArrayList<>();
    for (int i = 2; i < node.inputCount(); i += 3) {
      parts.add(dequantized(node, i, i + 1, i + 2));
    }
    int axis =
        AxisArguments.normalize(
            node.attributes().integer("axis"), parts.get(0).type().shape().rank());
    Value y = node.emit(new Concat(axis), parts).get(0);
    return List.of(quantized(node, y, 0, 1, node.type(2).dtype()));
  }

  /** QLinearWhere: condition, x and y each with scale and zero point, those of the result. */
  static List<Value> where(NodeContext node) {
    Value x = dequantized(node, 1, 2, 3);
    Value y = dequantized(node, 4, 5, 6);
    Value chosen = node.add(new Where(), node.input(0), x, y);
    return List.of(quantized(node, chosen, 7, 8, node.type(1).dtype()));
  }

  private static List<Value> of(NodeContext node, Op function) {
    Value y = node.add(function, dequantized(node, 0, 1, 2));
    return List.of(quantized(node, y, 3, 4, node.type(0).dtype()));
  }

  private static Value dequantized(NodeContext node, int x, int scale, int zero) {
    Value z = zeroPoint(node, zero, node.type(x).dtype());
    return node.add(new DequantizeLinear(0), node.input(x), one(node, node.input(scale)), z);
  }

  private static Value quantized(NodeContext node, Value y, int scale, int zero, DType dtype) {
    Value z = zeroPoint(node, zero, dtype);
    return node.add(new QuantizeLinear(0), y, one(node, node.input(scale)), z);
  }

  private static Value zeroPoint(NodeContext node, int i, DType dtype) {
    Optional<Value> zero = node.optional(i);
    return zero.isPresent() ? one(node, zero.get()) : node.scalar(dtype, 0);
  }

  private static Value one(NodeContext node, Value v) {
    if (v.type().shape().size() != 1) {
      throw new IllegalArgumentException("operand is " + v.type() + ", expected one value");
    }
    return node.reshape(v, List.of());
  }
}
