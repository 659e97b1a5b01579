package dev.coppice.compiler.op;

import dev.coppice.compiler.ir.Numerics;
import dev.coppice.compiler.ir.Pointwise;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/**
 * {@code y = round(min(max(x * scale, low), high))}, ties to even: the level of a quantizer,
 * counted from its zero point and held as a float32. Operands {@code x}, float32, and {@code
 * scale}, float32, which broadcasts to the shape of {@code x}. The product (or quotient) is rounded
 * to float32 before it is rounded to a level, as ONNX Runtime and QuantizeLinear do. NaN, whose
 * quantization ONNX leaves undefined, stays NaN.
 *
 * @param divide whether {@code x / scale} stands for {@code x * scale}
 * @param low lowest level, from -2^22
 * @param high highest level, up to 2^22
 */
public record Requantize(boolean divide, int low, int high) implements Pointwise {
  /** Largest magnitude of a level. */
  public static final int LIMIT = 1 << 22;

  /** A float that has no fraction bits left when a number of at most {@link #LIMIT} is added. */
  private static final float INTEGER_BITS = 3 << 22;

  public Requantize {
    if (low < -LIMIT || high > LIMIT || low > high) {
      throw new IllegalArgumentException(
          "levels " + low + " to " + high + "; expected a range within +-" + LIMIT);
    }
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    Operands.count(inputs, 2, 2);
    Operands.dtype(inputs, 0, DType.FLOAT32);
    if (!Elementwise.pair(inputs).equals(inputs.get(0).shape())) {
      throw new IllegalArgumentException(
          "scale is " + inputs.get(1) + "; expected to broadcast to x, which is " + inputs.get(0));
    }
    return List.of(inputs.get(0));
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    Tensor scale = inputs.get(1);
    return List.of(
        Tensor.fromDoubles(
            x.type(),
            i -> {
              float s = scale.floatAt(Elementwise.source(scale.shape(), x.shape(), i));
              float scaled = divide ? x.floatAt(i) / s : x.floatAt(i) * s;
              // No negative zero.
              return Math.rint(Math.min(Math.max(scaled, low), high)) + 0.0;
            }));
  }

  @Override
  public Expr apply(List<Expr> operands, List<TensorType> types) {
    Expr x = operands.get(0);
    Expr s = operands.get(1);
    Expr scaled = divide ? Exprs.div(x, s) : Exprs.mul(x, s);
    Expr within = Exprs.min(Exprs.max(scaled, Exprs.floatLit(low)), Exprs.floatLit(high));
    // Rounds to even as any float addition does, and in loops that become vector code everywhere.
    Expr magic = Exprs.floatLit(INTEGER_BITS);
    return Exprs.sub(Exprs.add(within, magic), magic);
  }

  @Override
  public Numerics numerics() {
    return Numerics.EXACT;
  }
}
