package dev.coppice.compiler.op;

import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.tensor.DType;

/**
 * {@code y = min(a, b)}, elementwise on broadcast numbers of one type; NaN if either is NaN. ONNX
 * Min of two operands, since 8; more are nested on import.
 */
public record Min() implements Arithmetic {
  @Override
  public double of(double a, double b) {
    return Math.min(a, b);
  }

  @Override
  public long of(long a, long b) {
    return Math.min(a, b);
  }

  @Override
  public long ofUnsigned(long a, long b) {
    return Long.compareUnsigned(a, b) < 0 ? a : b;
  }

  @Override
  public Expr of(Expr a, Expr b, DType dtype) {
    return dtype == DType.UINT64 ? Exprs.select(Unsigned.below(a, b), a, b) : Exprs.min(a, b);
  }
}
