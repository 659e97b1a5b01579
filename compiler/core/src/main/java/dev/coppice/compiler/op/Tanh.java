package dev.coppice.compiler.op;

import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Intrinsic;

/** {@code y = tanh(x)}, elementwise on floats. ONNX Tanh, since 6. */
public record Tanh() implements FloatUnary {
  @Override
  public double of(double x) {
    return Math.tanh(x);
  }

  @Override
  public Expr of(Expr x) {
    return Exprs.call(Intrinsic.TANH, x);
  }
}
