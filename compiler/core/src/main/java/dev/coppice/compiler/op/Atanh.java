package dev.coppice.compiler.op;

import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Intrinsic;

/** {@code y = atanh(x)}, elementwise on floats. ONNX Atanh, since 9. */
public record Atanh() implements FloatUnary {
  @Override
  public double of(double x) {
    return 0.5 * (Math.log1p(x) - Math.log1p(-x));
  }

  @Override
  public Expr of(Expr x) {
    return Exprs.call(Intrinsic.ATANH, x);
  }
}
