package dev.coppice.compiler.op;

import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;

/**
 * {@code y} = -1, 0 or 1 as x is below, equal to or above zero; NaN stays. Elementwise on numbers.
 * ONNX Sign, since 9.
 */
public record Sign() implements NumberUnary {
  @Override
  public double of(double x) {
    return Math.signum(x) + 0.0;
  }

  @Override
  public long of(long x) {
    return Long.signum(x);
  }

  @Override
  public Expr of(Expr x) {
    Expr zero = Exprs.literal(x.type(), 0);
    Expr negative =
        Exprs.select(
            Exprs.lt(x, zero),
            Exprs.literal(x.type(), -1),
            x.type().isFloating() ? Exprs.add(x, zero) : zero);
    Expr rest = x.type().isFloating() ? Exprs.select(Exprs.eq(x, zero), zero, negative) : negative;
    return Exprs.select(Exprs.gt(x, zero), Exprs.literal(x.type(), 1), rest);
  }
}
