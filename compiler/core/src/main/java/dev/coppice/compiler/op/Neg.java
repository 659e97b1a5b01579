package dev.coppice.compiler.op;

import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;

/** {@code y = -x}, elementwise on numbers. ONNX Neg, since 6. */
public record Neg() implements NumberUnary {
  @Override
  public double of(double x) {
    return -x;
  }

  @Override
  public long of(long x) {
    return -x;
  }

  @Override
  public Expr of(Expr x) {
    return Exprs.neg(x);
  }
}
