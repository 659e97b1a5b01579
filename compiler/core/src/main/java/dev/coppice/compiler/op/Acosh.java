package dev.coppice.compiler.op;

import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Intrinsic;

/** {@code y = acosh(x)}, elementwise on floats; NaN below 1. ONNX Acosh, since 9. */
public record Acosh() implements FloatUnary {
  @Override
  public double of(double x) {
    return x < 1 ? Double.NaN : Math.log(x + Math.sqrt(x * x - 1));
  }

  @Override
  public Expr of(Expr x) {
    return Exprs.call(Intrinsic.ACOSH, x);
  }
}
