package dev.coppice.compiler.op;

import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;

/** {@code y = x * max(0, min(1, x / 6 + 0.5))}, elementwise on floats. ONNX HardSwish, since 14. */
public record HardSwish() implements FloatUnary {
  @Override
  public double of(double x) {
    return x * Math.max(0, Math.min(1, x / 6 + 0.5));
  }

  @Override
  public Expr of(Expr x) {
    return Exprs.mul(x, new HardSigmoid(1 / 6f, 0.5f).of(x));
  }
}
