package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.Cast;
import dev.coppice.compiler.op.Div;
import dev.coppice.compiler.op.Mul;
import dev.coppice.compiler.op.Transpose;
import dev.coppice.compiler.tensor.DType;
import java.util.List;
import java.util.Optional;

/**
 * QGemm of com.microsoft: {@code A' * B'} of 8-bit integers plus int32 {@code C}, exact, times
 * {@code alpha * aScale * bScale}. Operands are A and B each with scale and zero point, C, scale
 * and zero point of the result; without the last two the result is float32. Scale and zero point of
 * B may have a value per column.
 */
final class QuantizedGemmImporter implements NodeImporter {
  private static final int BIAS = 6;
  private static final int RESULT_SCALE = 7;
  private static final int RESULT_ZERO = 8;

  @Override
  public List<Value> apply(NodeContext node) {
    if (node.has(RESULT_SCALE) != node.has(RESULT_ZERO)) {
      throw new IllegalArgumentException(
          "'y_scale' and 'y_zero_point' are expected both, or neither for a float result");
    }
    IntegerProduct p = new IntegerProduct(node);
    Value a = p.centred(matrix(node, 0, "transA"), Optional.of(single(node, 2)));
    Value b = p.centred(matrix(node, 3, "transB"), Optional.of(node.input(5)));
    Value sums = IntegerImporter.multiplied(node, p, a, b);
    if (node.has(BIAS)) {
      sums = biased(node, sums);
    }
    Value alpha = node.scalar(DType.FLOAT32, node.number("alpha", 1));
    Value scale = node.add(new Mul(), node.add(new Mul(), alpha, single(node, 1)), node.input(4));
    if (!node.has(RESULT_SCALE)) {
      return List.of(node.add(new Mul(), CastImporter.cast(node, sums, DType.FLOAT32), scale));
    }
    Value ratio = node.add(new Div(), scale, single(node, RESULT_SCALE));
    return List.of(
        IntegerImporter.requantized(node, sums, ratio, node.input(RESULT_ZERO), "y_zero_point"));
  }

  /** The sums and C. In float32 both are exact, and only the total is rounded. */
  private static Value biased(NodeContext node, Value sums) {
    Value bias = node.input(BIAS);
    if (bias.type().dtype() != DType.INT32) {
      throw new IllegalArgumentException("operand 'C' is " + bias.type() + ", expected int32");
    }
    boolean single =
        sums.type().dtype() == DType.FLOAT32
            && node.constant(bias).filter(IntegerImporter::fitsFloat).isPresent();
    DType real = single ? DType.FLOAT32 : DType.FLOAT64;
    Value total =
        node.add(new Add(), CastImporter.cast(node, sums, real), node.add(new Cast(real), bias));
    if (!total.type().shape().equals(sums.type().shape())) {
      throw new IllegalArgumentException(
          "operand 'C' is " + bias.type() + ", which does not broadcast to " + sums.type().shape());
    }
    return CastImporter.cast(node, total, DType.FLOAT32);
  }

  private static Value matrix(NodeContext node, int i, String attribute) {
    if (node.shape(i).rank() != 2) {
      throw new IllegalArgumentException(
          "operand " + i + " is " + node.type(i) + ", expected 2 axes");
    }
    return node.attributes().flag(attribute, false)
        ? node.add(new Transpose(List.of(1, 0)), node.input(i))
        : node.input(i);
  }

  private static Value single(NodeContext node, int i) {
    if (node.shape(i).size() != 1) {
      throw new IllegalArgumentException(
          "operand " + i + " is " + node.type(i) + ", expected one value");
    }
    return node.reshape(node.input(i), List.of());
  }
}
