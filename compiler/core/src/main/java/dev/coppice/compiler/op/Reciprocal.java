package dev.coppice.compiler.op;

import dev.coppice.compiler.ir.Numerics;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;

/** {@code y = 1 / x}, elementwise on floats. ONNX Reciprocal, since 6. */
public record Reciprocal() implements FloatUnary {
  @Override
  public double of(double x) {
    return 1 / x;
  }

  @Override
  public Expr of(Expr x) {
    return Exprs.div(Exprs.literal(x.type(), 1), x);
  }

  @Override
  public Numerics numerics() {
    return Numerics.EXACT;
  }
}
