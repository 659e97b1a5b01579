package dev.coppice.compiler.op;

import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.tensor.DType;

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
  public long ofUnsigned(long x) {
    return x == 0 ? 0 : 1;
  }

  @Override
  public Expr of(Expr x, DType dtype) {
    Expr zero = Exprs.literal(x.type(), 0);
    Expr one = Exprs.literal(x.type(), 1);
    if (dtype.isUnsigned()) {
      return Exprs.select(Exprs.eq(x, zero), zero, one);
    }
    // A float that is neither above, below nor zero is NaN and is handed on.
    Expr rest = dtype.isFloat() ? Exprs.select(Exprs.eq(x, zero), zero, x) : zero;
    Expr notAbove = Exprs.select(Exprs.lt(x, zero), Exprs.literal(x.type(), -1), rest);
    return Exprs.select(Exprs.gt(x, zero), one, notAbove);
  }
}
