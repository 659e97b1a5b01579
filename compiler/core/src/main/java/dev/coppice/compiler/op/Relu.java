package dev.coppice.compiler.op;

import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.tensor.DType;

/** {@code y = max(x, 0)}, elementwise on numbers; NaN stays. ONNX Relu, since 6. */
public record Relu() implements NumberUnary {
  @Override
  public double of(double x) {
    return Math.max(x, 0);
  }

  @Override
  public long of(long x) {
    return Math.max(x, 0);
  }

  @Override
  public long ofUnsigned(long x) {
    return x;
  }

  @Override
  public Expr of(Expr x, DType dtype) {
    return dtype.isUnsigned() ? x : Exprs.max(x, Exprs.literal(x.type(), 0));
  }
}
