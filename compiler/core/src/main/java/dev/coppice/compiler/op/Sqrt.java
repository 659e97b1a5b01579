package dev.coppice.compiler.op;

import dev.coppice.compiler.ir.Numerics;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Intrinsic;

/** {@code y = x^0.5}, elementwise on floats; NaN below zero. ONNX Sqrt, since 6. */
public record Sqrt() implements FloatUnary {
  @Override
  public double of(double x) {
    return Math.sqrt(x);
  }

  @Override
  public Expr of(Expr x) {
    return Exprs.call(Intrinsic.SQRT, x);
  }

  @Override
  public Numerics numerics() {
    return Numerics.EXACT;
  }
}
