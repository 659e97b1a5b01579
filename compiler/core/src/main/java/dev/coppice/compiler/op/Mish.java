package dev.coppice.compiler.op;

import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Intrinsic;

/** {@code y = x * tanh(softplus(x))}, elementwise on floats. ONNX Mish, since 18. */
public record Mish() implements FloatUnary {
  @Override
  public double of(double x) {
    return x * Math.tanh(new Softplus().of(x));
  }

  @Override
  public Expr of(Expr x) {
    return Exprs.mul(x, Exprs.call(Intrinsic.TANH, new Softplus().of(x)));
  }
}
