package dev.coppice.compiler.op;

import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Intrinsic;

/**
 * {@code y = x * sigmoid(alpha * x)}, elementwise on floats; SiLU for alpha 1. ONNX Swish, since
 * 24.
 *
 * @param alpha factor within the sigmoid
 */
public record Swish(float alpha) implements FloatUnary {
  @Override
  public double of(double x) {
    return x / (1 + Math.exp(-alpha * x));
  }

  @Override
  public Expr of(Expr x) {
    return Exprs.mul(
        x, Exprs.call(Intrinsic.SIGMOID, Exprs.mul(Exprs.literal(x.type(), alpha), x)));
  }
}
