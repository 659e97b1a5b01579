package dev.coppice.compiler.op;

import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Intrinsic;

/** {@code y = asinh(x)}, elementwise on floats. ONNX Asinh, since 9. */
public record Asinh() implements FloatUnary {
  @Override
  public double of(double x) {
    return Math.signum(x) * Math.log(Math.abs(x) + Math.sqrt(x * x + 1));
  }

  @Override
  public Expr of(Expr x) {
    return Exprs.call(Intrinsic.ASINH, x);
  }
}
