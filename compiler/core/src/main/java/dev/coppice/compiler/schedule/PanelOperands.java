package dev.coppice.compiler.schedule;

import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import org.jspecify.annotations.Nullable;

/**
 * Where the operands of a {@link PanelTile} are; all are flat.
 *
 * @param y results
 * @param yAt the first channel of the first place
 * @param yStep distance of two places; may be less than a panel is wide if the tile starts from no
 *     result and adds to none, and its epilogue is not {@link PanelTile#isLong}
 * @param x inputs
 * @param xAt the first term of the first place
 * @param w weights
 * @param wAt the first of them
 * @param terms number of terms
 * @param bias one number for each channel, for a start that reads it
 * @param channel the first channel, in {@code bias} and in constants of the epilogue
 * @param offsets where in {@code x} each term is, for a table
 * @param scales of each channel, for weights that are bytes
 */
record PanelOperands(
    Buffer y,
    Expr yAt,
    Expr yStep,
    Buffer x,
    Expr xAt,
    Buffer w,
    Expr wAt,
    Expr terms,
    @Nullable Buffer bias,
    Expr channel,
    @Nullable Buffer offsets,
    @Nullable Buffer scales) {
  /** Operands with weights that have no scales. */
  PanelOperands(
      Buffer y,
      Expr yAt,
      Expr yStep,
      Buffer x,
      Expr xAt,
      Buffer w,
      Expr wAt,
      Expr terms,
      @Nullable Buffer bias,
      Expr channel,
      @Nullable Buffer offsets) {
    this(y, yAt, yStep, x, xAt, w, wAt, terms, bias, channel, offsets, null);
  }
}
