package dev.coppice.compiler.op;

import dev.coppice.compiler.ir.Numerics;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Intrinsic;

/** Nearest integer, halves to even, elementwise on floats. ONNX Round, since 11. */
public record Round() implements FloatUnary {
  @Override
  public double of(double x) {
    return Math.rint(x);
  }

  @Override
  public Expr of(Expr x) {
    return Exprs.call(Intrinsic.ROUND_EVEN, x);
  }

  @Override
  public Numerics numerics() {
    return Numerics.EXACT;
  }
}
