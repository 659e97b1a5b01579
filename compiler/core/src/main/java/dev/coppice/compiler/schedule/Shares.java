package dev.coppice.compiler.schedule;

/**
 * How loops are cut into blocks that threads can share evenly. Sums do not depend on it.
 *
 * @param times how often all blocks are computed
 * @param threads how many threads share them
 */
record Shares(int times, int threads) {
  /** Blocks for each thread from which on an odd one does not matter. */
  private static final int MANY = 8;

  /**
   * Length of the longest blocks of {@code [0, extent)} that can be shared evenly: a multiple of
   * {@code step} and at least {@code least}; {@code most} if there are none.
   */
  int block(int extent, int most, int step, int least) {
    for (int blocks = Loops.ceilDiv(extent, most); blocks <= extent; blocks++) {
      int block = Math.min(most, Loops.ceilDiv(Loops.ceilDiv(extent, blocks), step) * step);
      if (block < least) {
        break;
      }
      if (areEven(Loops.ceilDiv(extent, block))) {
        return block;
      }
    }
    return most;
  }

  /**
   * Length of the longest blocks of {@code [0, extent)} that can be shared evenly: a divisor of it,
   * and at least {@code least}; {@code extent} if there are none.
   */
  int divisor(int extent, int least) {
    for (int blocks = 1; blocks <= extent && extent / blocks >= least; blocks++) {
      if (extent % blocks == 0 && areEven(blocks)) {
        return extent / blocks;
      }
    }
    return extent;
  }

  /**
   * Length of the longest strips of {@code [0, extent)} that can be shared evenly: a multiple of
   * {@code step} and at most {@code most}, if there are any. Where strips do not fit, the last
   * begins earlier, and one thread computes the last two. One strip is not shared.
   */
  int strip(int extent, int most, int step) {
    int fewest = Loops.ceilDiv(extent, most);
    for (int strips = fewest; strips <= Loops.ceilDiv(extent, step); strips++) {
      int strip = length(extent, strips, step);
      int count = Loops.ceilDiv(extent, strip);
      boolean fits = extent % strip == 0 || count >= 2 * threads;
      if (count == 1 || fits && areEven(count)) {
        return strip;
      }
    }
    return length(extent, fewest, step);
  }

  private static int length(int extent, int strips, int step) {
    return Math.min(extent, Loops.ceilDiv(Loops.ceilDiv(extent, step), strips) * step);
  }

  private boolean areEven(int blocks) {
    int all = times * blocks;
    return all % threads == 0 || all >= MANY * threads;
  }
}
