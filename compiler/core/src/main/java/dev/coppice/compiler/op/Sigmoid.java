package dev.coppice.compiler.op;

import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Intrinsic;

/** {@code y = 1 / (1 + exp(-x))}, elementwise on floats. ONNX Sigmoid, since 6. */
public record Sigmoid() implements FloatUnary {
  @Override
  public double of(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  @Override
  public Expr of(Expr x) {
    return Exprs.call(Intrinsic.SIGMOID, x);
  }
}
