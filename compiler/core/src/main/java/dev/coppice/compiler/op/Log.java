package dev.coppice.compiler.op;

import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Intrinsic;

/** {@code y = ln(x)}, elementwise on floats. ONNX Log, since 6. */
public record Log() implements FloatUnary {
  @Override
  public double of(double x) {
    return Math.log(x);
  }

  @Override
  public Expr of(Expr x) {
    return Exprs.call(Intrinsic.LOG, x);
  }
}
