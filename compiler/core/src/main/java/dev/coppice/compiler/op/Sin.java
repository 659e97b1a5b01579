package dev.coppice.compiler.op;

import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Intrinsic;

/** {@code y = sin(x)}, elementwise on floats. ONNX Sin, since 7. */
public record Sin() implements FloatUnary {
  @Override
  public double of(double x) {
    return Math.sin(x);
  }

  @Override
  public Expr of(Expr x) {
    return Exprs.call(Intrinsic.SIN, x);
  }
}
