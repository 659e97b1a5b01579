package dev.coppice.compiler.op;

import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;

/** {@code y = |x|}, elementwise on numbers. ONNX Abs, since 6. */
public record Abs() implements NumberUnary {
  @Override
  public double of(double x) {
    return Math.abs(x);
  }

  @Override
  public long of(long x) {
    return Math.abs(x);
  }

  @Override
  public Expr of(Expr x) {
    return Exprs.abs(x);
  }
}
