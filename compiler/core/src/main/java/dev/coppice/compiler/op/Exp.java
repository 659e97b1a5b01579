package dev.coppice.compiler.op;

import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Intrinsic;

/** {@code y = e^x}, elementwise on floats. ONNX Exp, since 6. */
public record Exp() implements FloatUnary {
  @Override
  public double of(double x) {
    return Math.exp(x);
  }

  @Override
  public Expr of(Expr x) {
    return Exprs.call(Intrinsic.EXP, x);
  }
}
