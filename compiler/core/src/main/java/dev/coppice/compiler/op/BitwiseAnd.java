package dev.coppice.compiler.op;

import dev.coppice.compiler.loop.Expr.BinaryOp;

/**
 * {@code y = a & b}, the bitwise and, elementwise on broadcast integers of one type. ONNX
 * BitwiseAnd, since 18.
 */
public record BitwiseAnd() implements Bitwise {
  @Override
  public long of(long a, long b) {
    return a & b;
  }

  @Override
  public BinaryOp operator() {
    return BinaryOp.AND;
  }
}
