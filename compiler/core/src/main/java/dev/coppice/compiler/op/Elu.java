package dev.coppice.compiler.op;

import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Intrinsic;

/**
 * {@code y = x < 0 ? alpha * (exp(x) - 1) : x}, elementwise on floats. ONNX Elu, since 6.
 *
 * @param alpha limit below zero, negated
 */
public record Elu(float alpha) implements FloatUnary {
  @Override
  public double of(double x) {
    return x < 0 ? alpha * Math.expm1(x) : x;
  }

  @Override
  public Expr of(Expr x) {
    Expr one = Exprs.literal(x.type(), 1);
    Expr curve =
        Exprs.mul(Exprs.sub(Exprs.call(Intrinsic.EXP, x), one), Exprs.literal(x.type(), alpha));
    return Exprs.select(Exprs.lt(x, Exprs.literal(x.type(), 0)), curve, x);
  }
}
