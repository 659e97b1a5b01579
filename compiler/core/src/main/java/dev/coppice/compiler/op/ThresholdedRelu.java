package dev.coppice.compiler.op;

import dev.coppice.compiler.ir.Numerics;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;

/**
 * {@code y = x > alpha ? x : 0}, elementwise on floats. ONNX ThresholdedRelu, since 10.
 *
 * @param alpha threshold
 */
public record ThresholdedRelu(float alpha) implements FloatUnary {
  @Override
  public double of(double x) {
    return x > alpha ? x : 0;
  }

  @Override
  public Expr of(Expr x) {
    return Exprs.select(Exprs.gt(x, Exprs.literal(x.type(), alpha)), x, Exprs.literal(x.type(), 0));
  }

  @Override
  public Numerics numerics() {
    return Numerics.EXACT;
  }
}
