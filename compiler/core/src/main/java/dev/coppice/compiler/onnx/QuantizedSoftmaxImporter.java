package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.Cast;
import dev.coppice.compiler.op.Div;
import dev.coppice.compiler.op.Gather;
import dev.coppice.compiler.op.Mul;
import dev.coppice.compiler.op.QuantizeLinear;
import dev.coppice.compiler.op.Reduce;
import dev.coppice.compiler.op.Requantize;
import dev.coppice.compiler.op.Sub;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.Arrays;
import java.util.List;

/**
 * QLinearSoftmax of com.microsoft: x, its scale and zero point, scale and zero point of the result.
 * Exponentials come from a table of the 256 distances from the greatest element; a share of their
 * sum becomes {@code round(e * floor(1 / yScale) / sum) + yZero}, as ONNX Runtime computes it. A
 * level beyond the type is the last of the type.
 */
final class QuantizedSoftmaxImporter implements NodeImporter {
  private static final int LEVELS = 256;

  /** Since this opset, the attribute {@code opset}, one axis is normalized, not all from it on. */
  private static final int ONE_AXIS = 13;

  /** How much below the logarithm of the largest float the exponent of the largest sum stays. */
  private static final double RESERVE = 5;

  @Override
  public List<Value> apply(NodeContext node) {
    Shape given = node.shape(0);
    DType dtype = node.type(0).dtype();
    int[] range = IntegerProduct.range(dtype);
    boolean oneAxis = node.attributes().integer("opset") >= ONE_AXIS;
    int axis = node.axis(-1);
    Value x = node.input(0);
    if (!oneAxis) {
      x = node.reshape(x, List.of(given.sizeOf(0, axis), given.sizeOf(axis, given.rank())));
      axis = 1;
    }
    float xScale = single(node, 1, "X_scale").floatAt(0);
    float yScale = single(node, 3, "y_scale").floatAt(0);
    int zero = Math.toIntExact(single(node, 4, "y_zero_point").longAt(0));
    Value e = exponentials(node, x, axis, xScale);
    Value sum = node.add(new Reduce(Reduce.Kind.SUM, List.of(axis), true), e);
    Value inverse = node.scalar(DType.FLOAT32, Math.floor(1 / yScale));
    Value share = node.add(new Div(), node.add(new Mul(), e, inverse), sum);
    Value unit = node.scalar(DType.FLOAT32, 1);
    int least = range[0] - zero;
    int most = range[1] - zero;
    Value level = node.add(new Requantize(false, least, most), share, unit);
    Value y = node.add(new QuantizeLinear(0), level, unit, node.scalar(dtype, zero));
    return List.of(node.reshape(y, Arrays.stream(given.dims()).boxed().toList()));
  }

  private static Value exponentials(NodeContext node, Value x, int axis, float scale) {
    Value wide = node.add(new Cast(DType.INT32), x);
    Value most = node.add(new Reduce(Reduce.Kind.MAX, List.of(axis), true), wide);
    Value place =
        node.add(new Add(), node.add(new Sub(), wide, most), node.scalar(DType.INT32, LEVELS - 1));
    Tensor table = table(scale, x.type().shape().dim(axis));
    return node.add(new Gather(0), node.constant(table), place);
  }

  /** Exponentials such that even the sum of {@code terms} largest is a float. */
  private static Tensor table(float scale, int terms) {
    float log = (float) Math.log(Float.MAX_VALUE / terms);
    double shift = Math.max(0, log - RESERVE) / scale;
    return Tensor.fromDoubles(
        TensorType.of(DType.FLOAT32, LEVELS), i -> Math.exp((i - (LEVELS - 1) + shift) * scale));
  }

  private static Tensor single(NodeContext node, int i, String role) {
    Tensor t = node.constant(i, role);
    if (t.size() != 1) {
      throw new IllegalArgumentException(
          "operand '" + role + "' is " + t.type() + ", expected one value");
    }
    return t;
  }
}
