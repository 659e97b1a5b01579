package dev.coppice.compiler.op;

import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Intrinsic;

/** {@code y = sinh(x)}, elementwise on floats. ONNX Sinh, since 9. */
public record Sinh() implements FloatUnary {
  @Override
  public double of(double x) {
    return Math.sinh(x);
  }

  @Override
  public Expr of(Expr x) {
    return Exprs.call(Intrinsic.SINH, x);
  }
}
