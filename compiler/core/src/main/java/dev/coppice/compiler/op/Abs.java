package dev.coppice.compiler.op;

import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.tensor.DType;

/** {@code y = |x|}, elementwise on numbers; the lowest signed integer stays. ONNX Abs, since 6. */
public record Abs() implements NumberUnary {
  @Override
  public double of(double x) {
    return Math.abs(x);
  }

  @Override
  public long of(long x) {
    return Math.abs(x);
  }

  @Override
  public long ofUnsigned(long x) {
    return x;
  }

  @Override
  public Expr of(Expr x, DType dtype) {
    return dtype.isUnsigned() ? x : Exprs.abs(x);
  }
}
