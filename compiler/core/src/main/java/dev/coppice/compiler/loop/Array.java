package dev.coppice.compiler.loop;

import dev.coppice.compiler.tensor.DType;

/**
 * Something that {@link Expr.Load}, {@link Stmt.Store} and {@link Stmt.Copy} index: a flat or bare
 * buffer, or a row of a planar one.
 */
public sealed interface Array permits Buffer, Row {
  /** The underlying buffer. */
  Buffer buffer();

  /** Element type. */
  default DType dtype() {
    return buffer().dtype();
  }
}
