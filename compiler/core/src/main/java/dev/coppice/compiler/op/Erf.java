package dev.coppice.compiler.op;

import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Intrinsic;

/**
 * The error function, elementwise on floats. ONNX Erf, since 9. Evaluated by its Maclaurin series
 * below 3 and by its continued fraction above.
 */
public record Erf() implements FloatUnary {
  @Override
  public double of(double x) {
    return ErrorFunction.erf(x);
  }

  @Override
  public Expr of(Expr x) {
    return Exprs.call(Intrinsic.ERF, x);
  }
}
