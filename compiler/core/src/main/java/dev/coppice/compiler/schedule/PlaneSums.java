package dev.coppice.compiler.schedule;

import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Stmt;
import org.jspecify.annotations.Nullable;

/**
 * How {@link PlaneConv} turns the planes of a block of input channels into sums of output channels.
 */
interface PlaneSums {
  /** How the channels are blocked. */
  PlaneBlocking blocking();

  /** Output channels that {@link #add} computes together: a block of them is a multiple of this. */
  default int ocStep() {
    return blocking().ocBlock();
  }

  /** What this is called in the comment of the kernel. */
  String description();

  /**
   * Whether taps are read where they lie in the padded input ({@link TapCopies}), rather than from
   * planes of their own.
   */
  default boolean inPlace() {
    return false;
  }

  /** Elements that a scratch plane needs for so many places. */
  default int room(int places) {
    return places;
  }

  /**
   * Whether {@link #add} is to be called for each block of input channels with a literal, rather
   * than within a loop.
   */
  default boolean unrolled() {
    return false;
  }

  /**
   * Adds what the block's planes contribute to the sums, one row of {@code acc} per output channel.
   *
   * @param p planes of the block
   * @param acc sums; undefined before the first block
   * @param group group
   * @param block block of input channels
   * @param first whether this is the first block, which sets the sums from the bias
   * @param oc0 first output channel within the group
   * @param count output channels
   * @param length elements of each plane
   */
  Stmt add(
      Buffer p,
      Buffer acc,
      Expr group,
      Expr block,
      boolean first,
      Expr oc0,
      Expr count,
      Expr length);

  /**
   * Factor of the finished sums of output channel {@code oc} of all, and what is added then; null
   * where the sums are final.
   */
  default @Nullable Scaling scaling(Expr oc) {
    return null;
  }

  /**
   * {@code sum * factor + offset}.
   *
   * @param factor float expression
   * @param offset float expression
   */
  record Scaling(Expr factor, Expr offset) {}
}
