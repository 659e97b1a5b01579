package dev.coppice.compiler.op;

import dev.coppice.compiler.ir.Numerics;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;

/**
 * {@code y = x < -lambd ? x + bias : x > lambd ? x - bias : 0}, elementwise on floats. ONNX Shrink,
 * since 9.
 *
 * @param bias moved towards zero
 * @param lambd half width of the dead zone
 */
public record Shrink(float bias, float lambd) implements FloatUnary {
  @Override
  public double of(double x) {
    return x < -lambd ? x + bias : x > lambd ? x - bias : 0;
  }

  @Override
  public Expr of(Expr x) {
    Expr b = Exprs.literal(x.type(), bias);
    Expr above =
        Exprs.select(
            Exprs.gt(x, Exprs.literal(x.type(), lambd)),
            Exprs.sub(x, b),
            Exprs.literal(x.type(), 0));
    return Exprs.select(Exprs.lt(x, Exprs.literal(x.type(), -lambd)), Exprs.add(x, b), above);
  }

  @Override
  public Numerics numerics() {
    return Numerics.EXACT;
  }
}
