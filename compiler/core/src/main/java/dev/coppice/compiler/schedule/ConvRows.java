package dev.coppice.compiler.schedule;

import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Stmt;

/** The rows, with their padding, that strips of rows of a convolution's output read. */
interface ConvRows {
  /** Distance of two neighbouring places of a row of what is read. */
  int step();

  /** Distance of two rows of what is read. */
  int pitch();

  /** Output rows of a strip. */
  int strip();

  /** What is read. */
  Buffer source();

  /** A loop over the strips of image {@code n}. */
  Stmt each(Expr n, Body body);

  /** Body of the loop over strips. */
  interface Body {
    /**
     * Statements for a strip.
     *
     * @param first its first output row
     * @param from where in {@link #source} the first input row of that row begins
     */
    Stmt apply(Expr first, Expr from);
  }
}
