package dev.coppice.compiler.op;

import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;

/** {@code y = x / (1 + |x|)}, elementwise on floats. ONNX Softsign, since 1. */
public record Softsign() implements FloatUnary {
  @Override
  public double of(double x) {
    return x / (1 + Math.abs(x));
  }

  @Override
  public Expr of(Expr x) {
    return Exprs.div(x, Exprs.add(Exprs.literal(x.type(), 1), Exprs.abs(x)));
  }
}
