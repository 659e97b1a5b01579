package dev.coppice.compiler.op;

import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;

/**
 * {@code y = x < 0 ? alpha * x : x}, elementwise on floats. ONNX LeakyRelu, since 6.
 *
 * @param alpha slope below zero
 */
public record LeakyRelu(float alpha) implements FloatUnary {
  @Override
  public double of(double x) {
    return x < 0 ? alpha * x : x;
  }

  @Override
  public Expr of(Expr x) {
    Expr zero = Exprs.literal(x.type(), 0);
    Expr below = Exprs.mul(Exprs.min(x, zero), Exprs.literal(x.type(), alpha));
    return Exprs.add(Exprs.max(x, zero), below);
  }
}
