package dev.coppice.compiler.compress.prune;

import dev.coppice.compiler.tensor.Tensor;

/**
 * Unstructured magnitude pruning: the weights of smallest magnitude become zero (Han, Pool, Tran,
 * Dally 2015, arXiv 1506.02626). Of equal magnitudes the one with the lower index goes first, so
 * that exactly as many are removed as were asked for.
 */
public final class MagnitudePruning {
  private MagnitudePruning() {}

  /** The number of weights that fraction {@code amount} of {@code size} is, rounded half up. */
  public static long count(double amount, long size) {
    return Math.round(amount * size);
  }

  /**
   * {@code w} with its {@code zeros} elements of smallest magnitude zero.
   *
   * @throws IllegalArgumentException if there are not so many elements
   */
  public static Tensor prune(Tensor w, long zeros) {
    if (zeros < 0 || zeros > w.size()) {
      throw new IllegalArgumentException(zeros + " of " + w.size() + " elements");
    }
    if (zeros == 0) {
      return w;
    }
    Magnitudes magnitudes = Magnitudes.of(w);
    float threshold = magnitudes.smallest(zeros);
    long ties = zeros - magnitudes.below(threshold);
    float[] pruned = w.toFloats();
    for (int i = 0; i < pruned.length; i++) {
      float magnitude = Math.abs(pruned[i]);
      if (magnitude < threshold || (magnitude == threshold && ties-- > 0)) {
        pruned[i] = 0;
      }
    }
    return Tensor.ofFloats(w.shape(), pruned);
  }
}
