package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.BitCast;
import dev.coppice.compiler.op.BitwiseAnd;
import dev.coppice.compiler.op.Clip;
import dev.coppice.compiler.op.Div;
import dev.coppice.compiler.op.Greater;
import dev.coppice.compiler.op.Less;
import dev.coppice.compiler.op.Max;
import dev.coppice.compiler.op.Mul;
import dev.coppice.compiler.op.Where;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.List;

/**
 * FloatQuant of QONNX: to a small floating point format of given widths. The step between
 * neighbours follows from the exponent, which is read from the bits of {@code x / scale}; float32
 * only.
 */
final class FloatQuantImporter implements NodeImporter {
  private static final int EXPONENT_BITS = 0x7f800000;

  @Override
  public List<Value> apply(NodeContext node) {
    Attributes a = node.attributes();
    a.ignore("has_subnormal", "signed");
    String mode = a.text("rounding_mode", "ROUND");
    boolean infinite = a.flag("has_inf", false);
    boolean nan = a.flag("has_nan", false);
    boolean saturates = a.flag("saturation", true);
    if (node.type(0).dtype() != DType.FLOAT32) {
      throw node.unsupportedType(
          node.type(0).dtype().toString(), "FloatQuant is computed in float32");
    }
    if (!saturates && !infinite && !nan) {
      throw new IllegalArgumentException(
          "values beyond the largest neither saturate nor become infinite or NaN");
    }
    double exponent = LowBitQuantImporter.one(node, 2, "exponent_bitwidth");
    double mantissa = LowBitQuantImporter.one(node, 3, "mantissa_bitwidth");
    double bias =
        node.has(4)
            ? LowBitQuantImporter.one(node, 4, "exponent_bias")
            : Math.pow(2, exponent - 1) - 1;
    double most = (2 - Math.pow(2, -mantissa)) * Math.pow(2, Math.pow(2, exponent) - 1 - bias);
    if (node.has(5)) {
      most = Math.min(most, LowBitQuantImporter.one(node, 5, "max_val"));
    }
    Value x = node.add(new Div(), node.input(0), node.input(1));
    Value step = step(node, x, 1 - bias, mantissa);
    Value q = LowBitQuantImporter.rounded(node, node.add(new Div(), x, step), mode);
    q = node.add(new Mul(), q, step);
    Value y = node.add(new Clip(-most, most), q);
    if (!saturates) {
      double beyond = infinite ? Double.POSITIVE_INFINITY : Double.NaN;
      Value above = node.add(new Greater(), q, scalar(node, most));
      Value below = node.add(new Less(), q, scalar(node, -most));
      y = node.add(new Where(), above, scalar(node, beyond), y);
      y = node.add(new Where(), below, scalar(node, -beyond), y);
    }
    return List.of(node.add(new Mul(), y, node.input(1)));
  }

  /** Distance of the representable numbers around {@code x}. */
  private static Value step(NodeContext node, Value x, double least, double mantissa) {
    Value bits = node.add(new BitCast(DType.INT32), x);
    Value mask =
        node.constant(
            Tensor.fromLongs(x.type().with(DType.INT32).with(Shape.SCALAR), i -> EXPONENT_BITS));
    Value power = node.add(new BitCast(DType.FLOAT32), node.add(new BitwiseAnd(), bits, mask));
    Value bounded = node.add(new Max(), power, scalar(node, Math.pow(2, least)));
    return node.add(new Mul(), bounded, scalar(node, Math.pow(2, -mantissa)));
  }

  private static Value scalar(NodeContext node, double value) {
    return node.scalar(DType.FLOAT32, value);
  }
}
