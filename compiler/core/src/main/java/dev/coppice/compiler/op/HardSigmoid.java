package dev.coppice.compiler.op;

import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;

/**
 * {@code y = max(0, min(1, alpha * x + beta))}, elementwise on floats. ONNX HardSigmoid, since 6.
 *
 * @param alpha slope
 * @param beta offset
 */
public record HardSigmoid(float alpha, float beta) implements FloatUnary {
  @Override
  public double of(double x) {
    return Math.max(0, Math.min(1, alpha * x + beta));
  }

  @Override
  public Expr of(Expr x) {
    Expr line =
        Exprs.add(Exprs.mul(x, Exprs.literal(x.type(), alpha)), Exprs.literal(x.type(), beta));
    return Exprs.max(Exprs.min(line, Exprs.literal(x.type(), 1)), Exprs.literal(x.type(), 0));
  }
}
