package dev.coppice.compiler.op;

import dev.coppice.compiler.loop.Expr.BinaryOp;

/**
 * {@code y = a | b}, the bitwise or, elementwise on broadcast integers of one type. ONNX BitwiseOr,
 * since 18.
 */
public record BitwiseOr() implements Bitwise {
  @Override
  public long of(long a, long b) {
    return a | b;
  }

  @Override
  public BinaryOp operator() {
    return BinaryOp.OR;
  }
}
