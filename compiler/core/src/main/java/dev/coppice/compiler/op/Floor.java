package dev.coppice.compiler.op;

import dev.coppice.compiler.ir.Numerics;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Intrinsic;

/** Largest integer not above x, elementwise on floats. ONNX Floor, since 6. */
public record Floor() implements FloatUnary {
  @Override
  public double of(double x) {
    return Math.floor(x);
  }

  @Override
  public Expr of(Expr x) {
    return Exprs.call(Intrinsic.FLOOR, x);
  }

  @Override
  public Numerics numerics() {
    return Numerics.EXACT;
  }
}
