package dev.coppice.compiler.op;

import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Intrinsic;

/** {@code y = tan(x)}, elementwise on floats. ONNX Tan, since 7. */
public record Tan() implements FloatUnary {
  @Override
  public double of(double x) {
    return Math.tan(x);
  }

  @Override
  public Expr of(Expr x) {
    return Exprs.call(Intrinsic.TAN, x);
  }
}
