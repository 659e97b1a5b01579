package dev.coppice.compiler.op;

import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;

/**
 * {@code y = gamma * (x > 0 ? x : alpha * (exp(x) - 1))}, elementwise on floats. ONNX Selu, since
 * 6.
 *
 * @param alpha limit below zero, negated
 * @param gamma factor
 */
public record Selu(float alpha, float gamma) implements FloatUnary {
  @Override
  public double of(double x) {
    return gamma * (x > 0 ? x : alpha * Math.expm1(x));
  }

  @Override
  public Expr of(Expr x) {
    return Exprs.mul(Exprs.literal(x.type(), gamma), new Elu(alpha).of(x));
  }
}
