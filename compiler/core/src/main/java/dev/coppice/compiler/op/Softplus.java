package dev.coppice.compiler.op;

import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Intrinsic;

/** {@code y = ln(exp(x) + 1)}, elementwise on floats, without overflow. ONNX Softplus, since 1. */
public record Softplus() implements FloatUnary {
  @Override
  public double of(double x) {
    return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  }

  @Override
  public Expr of(Expr x) {
    Expr small = Exprs.call(Intrinsic.EXP, Exprs.neg(Exprs.abs(x)));
    Expr log = Exprs.call(Intrinsic.LOG, Exprs.add(Exprs.literal(x.type(), 1), small));
    return Exprs.add(Exprs.max(x, Exprs.literal(x.type(), 0)), log);
  }
}
