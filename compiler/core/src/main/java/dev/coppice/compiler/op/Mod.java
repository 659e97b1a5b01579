package dev.coppice.compiler.op;

import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Intrinsic;
import dev.coppice.compiler.tensor.DType;

/**
 * Remainder, elementwise on broadcast numbers of one type. ONNX Mod, since 10. A zero integer
 * divisor, which ONNX leaves undefined, gives 0.
 *
 * @param fmod whether the sign follows the dividend, as C's fmod; otherwise it follows the divisor,
 *     integers only
 */
public record Mod(boolean fmod) implements Arithmetic {
  @Override
  public double of(double a, double b) {
    return fmod ? a % b : a - b * Math.floor(a / b);
  }

  @Override
  public long of(long a, long b) {
    return b == 0 ? 0 : fmod ? a % b : Math.floorMod(a, b);
  }

  @Override
  public Expr of(Expr a, Expr b, DType dtype) {
    if (dtype.isFloat()) {
      return fmod ? Exprs.rem(a, b) : Exprs.call(Intrinsic.FLOOR_MOD, a, b);
    }
    Expr zero = Exprs.literal(b.type(), 0);
    Expr safe = Exprs.select(Exprs.eq(b, zero), Exprs.literal(b.type(), 1), b);
    Expr rest = fmod ? Exprs.rem(a, safe) : Exprs.call(Intrinsic.FLOOR_MOD, a, safe);
    return Exprs.select(Exprs.eq(b, zero), zero, rest);
  }
}
