package dev.coppice.compiler.op;

import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Intrinsic;

/**
 * {@code y = x / 2 * (1 + erf(x / sqrt 2))}, elementwise on floats. ONNX Gelu, since 20.
 *
 * @param tanh whether the error function is approximated as {@code tanh(sqrt(2 / pi) * (x +
 *     0.044715 * x^3))}
 */
public record Gelu(boolean tanh) implements FloatUnary {
  @Override
  public double of(double x) {
    return tanh
        ? 0.5 * x * (1 + Math.tanh(0.7978845608028654 * (x + 0.044715 * x * x * x)))
        : 0.5 * x * (1 + new Erf().of(x * 0.7071067811865476));
  }

  @Override
  public Expr of(Expr x) {
    Expr inner;
    if (tanh) {
      Expr cube = Exprs.mul(Exprs.mul(Exprs.mul(x, x), x), Exprs.literal(x.type(), 0.044715));
      Expr at = Exprs.mul(Exprs.add(x, cube), Exprs.literal(x.type(), 0.7978845608028654));
      inner = Exprs.call(Intrinsic.TANH, at);
    } else {
      inner = Exprs.call(Intrinsic.ERF, Exprs.mul(x, Exprs.literal(x.type(), 0.7071067811865476)));
    }
    Expr half = Exprs.mul(x, Exprs.literal(x.type(), 0.5));
    return Exprs.mul(half, Exprs.add(inner, Exprs.literal(x.type(), 1)));
  }
}
