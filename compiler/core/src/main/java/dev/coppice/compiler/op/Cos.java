package dev.coppice.compiler.op;

import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Intrinsic;

/** {@code y = cos(x)}, elementwise on floats. ONNX Cos, since 7. */
public record Cos() implements FloatUnary {
  @Override
  public double of(double x) {
    return Math.cos(x);
  }

  @Override
  public Expr of(Expr x) {
    return Exprs.call(Intrinsic.COS, x);
  }
}
