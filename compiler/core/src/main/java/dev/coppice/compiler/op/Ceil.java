package dev.coppice.compiler.op;

import dev.coppice.compiler.ir.Numerics;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Intrinsic;

/** Smallest integer not below x, elementwise on floats. ONNX Ceil, since 6. */
public record Ceil() implements FloatUnary {
  @Override
  public double of(double x) {
    return Math.ceil(x);
  }

  @Override
  public Expr of(Expr x) {
    return Exprs.call(Intrinsic.CEIL, x);
  }

  @Override
  public Numerics numerics() {
    return Numerics.EXACT;
  }
}
