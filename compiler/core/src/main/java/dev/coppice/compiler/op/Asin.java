package dev.coppice.compiler.op;

import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Intrinsic;

/** {@code y = asin(x)}, elementwise on floats. ONNX Asin, since 7. */
public record Asin() implements FloatUnary {
  @Override
  public double of(double x) {
    return Math.asin(x);
  }

  @Override
  public Expr of(Expr x) {
    return Exprs.call(Intrinsic.ASIN, x);
  }
}
