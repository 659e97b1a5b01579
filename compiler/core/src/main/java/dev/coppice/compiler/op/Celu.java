package dev.coppice.compiler.op;

import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Intrinsic;

/**
 * {@code y = max(0, x) + min(0, alpha * (exp(x / alpha) - 1))}, elementwise on floats. ONNX Celu,
 * since 12.
 *
 * @param alpha shape
 */
public record Celu(float alpha) implements FloatUnary {
  @Override
  public double of(double x) {
    return Math.max(0, x) + Math.min(0, alpha * Math.expm1(x / alpha));
  }

  @Override
  public Expr of(Expr x) {
    Expr zero = Exprs.literal(x.type(), 0);
    Expr a = Exprs.literal(x.type(), alpha);
    Expr curve =
        Exprs.mul(
            a, Exprs.sub(Exprs.call(Intrinsic.EXP, Exprs.div(x, a)), Exprs.literal(x.type(), 1)));
    return Exprs.add(Exprs.max(x, zero), Exprs.min(curve, zero));
  }
}
