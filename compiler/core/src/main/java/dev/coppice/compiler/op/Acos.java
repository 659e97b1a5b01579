package dev.coppice.compiler.op;

import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Intrinsic;

/** {@code y = acos(x)}, elementwise on floats. ONNX Acos, since 7. */
public record Acos() implements FloatUnary {
  @Override
  public double of(double x) {
    return Math.acos(x);
  }

  @Override
  public Expr of(Expr x) {
    return Exprs.call(Intrinsic.ACOS, x);
  }
}
