package dev.coppice.compiler.op;

import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Intrinsic;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/**
 * Remainder, elementwise on broadcast numbers of one type. ONNX Mod, since 10. A zero integer
 * divisor, which ONNX leaves undefined, gives 0.
 *
 * @param fmod whether the sign follows the dividend, as C's fmod; otherwise it follows the divisor,
 *     integers only
 */
public record Mod(boolean fmod) implements Arithmetic {
  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    List<TensorType> types = Arithmetic.super.inferTypes(inputs);
    Elementwise.require(
        fmod || types.get(0).dtype().isInteger(), inputs.get(0), "integers, or fmod=true");
    return types;
  }

  @Override
  public double of(double a, double b) {
    return a % b;
  }

  @Override
  public long of(long a, long b) {
    return b == 0 ? 0 : fmod ? a % b : Math.floorMod(a, b);
  }

  @Override
  public long ofUnsigned(long a, long b) {
    return b == 0 ? 0 : Long.remainderUnsigned(a, b);
  }

  @Override
  public Expr of(Expr a, Expr b, DType dtype) {
    if (dtype.isFloat()) {
      return Exprs.rem(a, b);
    }
    Expr zero = Exprs.literal(b.type(), 0);
    Expr safe = Exprs.select(Exprs.eq(b, zero), Exprs.literal(b.type(), 1), b);
    return Exprs.select(Exprs.eq(b, zero), zero, remainder(a, safe, dtype));
  }

  private Expr remainder(Expr a, Expr b, DType dtype) {
    if (dtype == DType.UINT64) {
      return Exprs.sub(a, Exprs.mul(Unsigned.divide(a, b), b));
    }
    return fmod ? Exprs.rem(a, b) : Exprs.call(Intrinsic.FLOOR_MOD, a, b);
  }
}
