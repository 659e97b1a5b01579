package dev.coppice.compiler.op;

import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Intrinsic;

/** {@code y = atan(x)}, elementwise on floats. ONNX Atan, since 7. */
public record Atan() implements FloatUnary {
  @Override
  public double of(double x) {
    return Math.atan(x);
  }

  @Override
  public Expr of(Expr x) {
    return Exprs.call(Intrinsic.ATAN, x);
  }
}
