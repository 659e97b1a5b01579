package dev.coppice.compiler.compress.lowrank;

/**
 * What a layer costs before and after it is replaced by factors of some rank, in parameters, MACs
 * or whatever is to be saved: the factors cost as much again for each step of the rank.
 *
 * @param dense the layer's cost as it is
 * @param perRank the cost of factors of rank 1
 */
public record RankCost(long dense, long perRank) {
  /** Throws {@link IllegalArgumentException} unless both are positive. */
  public RankCost {
    if (dense < 1 || perRank < 1) {
      throw new IllegalArgumentException("cost " + dense + ", per rank " + perRank);
    }
  }

  /**
   * A matrix {@code [m, n]} applied at {@code positions} places: {@code m n} against {@code K (m +
   * n)} each.
   */
  public static RankCost ofMatrix(int m, int n, long positions) {
    return new RankCost(positions * m * n, positions * (m + n));
  }

  /** The cost of factors of rank {@code k}. */
  public long of(int k) {
    return Math.multiplyExact(perRank, k);
  }

  /** The largest rank whose factors cost less than the layer; 0 if there is none. */
  public int breakEven() {
    return within(dense - 1);
  }

  /** The largest rank whose factors cost at most {@code budget}; 0 if there is none. */
  public int within(long budget) {
    return Math.toIntExact(Math.max(0, budget / perRank));
  }
}
