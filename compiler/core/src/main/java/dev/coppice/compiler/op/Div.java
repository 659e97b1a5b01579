package dev.coppice.compiler.op;

import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Expr.BinaryOp;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.tensor.DType;

/**
 * {@code y = a / b}, elementwise on broadcast numbers of one type; integer division truncates, and
 * division of an integer by zero, which ONNX leaves undefined, gives 0. ONNX Div, since 7.
 */
public record Div() implements Arithmetic {
  @Override
  public double of(double a, double b) {
    return a / b;
  }

  @Override
  public long of(long a, long b) {
    return b == 0 ? 0 : a / b;
  }

  @Override
  public long ofUnsigned(long a, long b) {
    return b == 0 ? 0 : Long.divideUnsigned(a, b);
  }

  @Override
  public Expr of(Expr a, Expr b, DType dtype) {
    if (dtype.isFloat()) {
      return Exprs.binary(BinaryOp.DIV, a, b);
    }
    Expr zero = Exprs.literal(b.type(), 0);
    Expr safe = Exprs.select(Exprs.eq(b, zero), Exprs.literal(b.type(), 1), b);
    Expr quotient =
        dtype == DType.UINT64 ? Unsigned.divide(a, safe) : Exprs.binary(BinaryOp.DIV, a, safe);
    return Exprs.select(Exprs.eq(b, zero), zero, quotient);
  }
}
