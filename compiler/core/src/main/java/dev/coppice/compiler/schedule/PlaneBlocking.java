package dev.coppice.compiler.schedule;

import dev.coppice.compiler.loop.Target;

/**
 * How {@link PlaneConv} cuts channels: {@code blocks} blocks of {@code icBlock} input channels,
 * whose taps are the {@code terms} planes in scratch, against {@code ocBlock} output channels at a
 * time.
 *
 * @param icBlock input channels of a group per block
 * @param blocks blocks per group; the last may be short
 * @param ocBlock output channels whose sums are in scratch at once
 * @param terms planes of a block: input channels times kernel elements
 */
record PlaneBlocking(int icBlock, int blocks, int ocBlock, int terms) {
  /** Output channels per block of a dense kernel; more would only leave the cache. */
  private static final int OC_BLOCK = 64;

  /** Taps of more than which those of one channel are planes enough. */
  private static final int MOST_TAPS = 16;

  /**
   * The blocking of a kernel that reads every plane again for each output channel: planes fit the
   * first-level cache.
   */
  static PlaneBlocking dense(ConvGeometry g, Target target) {
    return of(g, target.planes(), Loops.balanced(g.groupOc(), OC_BLOCK));
  }

  /**
   * The blocking of a kernel that adds {@link Axpy#TERMS} planes in turn to all sums: as few planes
   * as make whole calls, if not many.
   */
  static PlaneBlocking inTurn(ConvGeometry g) {
    int whole = Axpy.TERMS / (g.taps() % 4 == 0 ? 4 : g.taps() % 2 == 0 ? 2 : 1);
    int most = g.taps() <= MOST_TAPS ? whole : 1;
    return of(g, most * g.taps(), Loops.balanced(g.groupOc(), OC_BLOCK));
  }

  /**
   * The blocking of a kernel that reads few of the planes for each output channel: as many elements
   * of planes as {@link #dense}, but more planes where they are short, and all output channels at
   * once, so that chains are long.
   */
  static PlaneBlocking sparse(ConvGeometry g, Target target, PlaneTiling tiling) {
    int budget = target.planes() * target.planeLength();
    int planes = Math.max(target.planes(), Math.min(250, 2 * budget / tiling.tileLength()));
    return of(g, planes, g.groupOc());
  }

  private static PlaneBlocking of(ConvGeometry g, int planes, int ocBlock) {
    int icBlock = Loops.balanced(g.groupC(), Math.max(1, planes / g.taps()));
    return new PlaneBlocking(
        icBlock, Loops.ceilDiv(g.groupC(), icBlock), ocBlock, icBlock * g.taps());
  }
}
