package dev.coppice.compiler.op;

import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Expr.BinaryOp;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.tensor.DType;

/**
 * {@code y = a + b}, elementwise on broadcast numbers of one type; integers wrap. ONNX Add, since
 * 7.
 */
public record Add() implements Arithmetic {
  @Override
  public double of(double a, double b) {
    return a + b;
  }

  @Override
  public long of(long a, long b) {
    return a + b;
  }

  @Override
  public Expr of(Expr a, Expr b, DType dtype) {
    return Exprs.binary(BinaryOp.ADD, a, b);
  }
}
