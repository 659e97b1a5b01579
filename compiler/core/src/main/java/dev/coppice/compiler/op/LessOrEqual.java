package dev.coppice.compiler.op;

import dev.coppice.compiler.loop.Expr.BinaryOp;

/**
 * {@code y = a <= b}, elementwise on broadcast operands of one type; the result is boolean. ONNX
 * LessOrEqual, since 12.
 */
public record LessOrEqual() implements Comparison {
  @Override
  public boolean of(double a, double b) {
    return a <= b;
  }

  @Override
  public boolean of(long a, long b) {
    return a <= b;
  }

  @Override
  public BinaryOp operator() {
    return BinaryOp.LE;
  }
}
