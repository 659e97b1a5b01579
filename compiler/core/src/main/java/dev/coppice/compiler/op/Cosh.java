package dev.coppice.compiler.op;

import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Intrinsic;

/** {@code y = cosh(x)}, elementwise on floats. ONNX Cosh, since 9. */
public record Cosh() implements FloatUnary {
  @Override
  public double of(double x) {
    return Math.cosh(x);
  }

  @Override
  public Expr of(Expr x) {
    return Exprs.call(Intrinsic.COSH, x);
  }
}
