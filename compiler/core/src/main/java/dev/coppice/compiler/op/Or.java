package dev.coppice.compiler.op;

import dev.coppice.compiler.loop.Expr.BinaryOp;

/** {@code y = a | b}, elementwise on broadcast booleans. ONNX Or, since 7. */
public record Or() implements Logical {
  @Override
  public boolean of(boolean a, boolean b) {
    return a || b;
  }

  @Override
  public BinaryOp operator() {
    return BinaryOp.OR;
  }
}
