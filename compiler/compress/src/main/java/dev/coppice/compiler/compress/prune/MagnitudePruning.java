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
    if (zeros == 0) {
      return w;
    }
    boolean[] goes = smallest(w, zeros);
    float[] pruned = w.toFloats();
    for (int i = 0; i < pruned.length; i++) {
      pruned[i] = goes[i] ? 0 : pruned[i];
    }
    return Tensor.ofFloats(w.shape(), pruned);
  }

  /**
   * Which {@code count} elements of {@code w} have the smallest magnitude, of equal ones the first.
   *
   * @throws IllegalArgumentException if there are not so many elements
   */
  static boolean[] smallest(Tensor w, long count) {
    if (count < 0 || count > w.size()) {
      throw new IllegalArgumentException(count + " of " + w.size() + " elements");
    }
    boolean[] smallest = new boolean[w.size()];
    if (count > 0) {
      Magnitudes magnitudes = Magnitudes.of(w);
      float threshold = magnitudes.smallest(count);
      long ties = count - magnitudes.below(threshold);
      for (int i = 0; i < smallest.length; i++) {
        float magnitude = Math.abs(w.floatAt(i));
        smallest[i] = magnitude < threshold || (magnitude == threshold && ties-- > 0);
      }
    }
    return smallest;
  }
}
