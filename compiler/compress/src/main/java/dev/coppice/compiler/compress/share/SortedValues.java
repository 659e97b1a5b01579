package dev.coppice.compiler.compress.share;

import java.util.Arrays;

/**
 * The distinct values of many weights in order, with sums over ranges of them in constant time:
 * what clustering in one dimension works on. Positions count distinct values.
 */
final class SortedValues {
  private final float[] values;
  private final double origin;

  /** Sums over all positions before one: of counts, of values less the origin, of their squares. */
  private final long[] counts;

  private final double[] sums;
  private final double[] squares;

  private SortedValues(float[] values, long[] counts, double origin) {
    this.values = values;
    this.counts = counts;
    this.origin = origin;
    int n = values.length;
    this.sums = new double[n + 1];
    this.squares = new double[n + 1];
    for (int i = 0; i < n; i++) {
      double v = values[i] - origin;
      double count = counts[i + 1] - counts[i];
      sums[i + 1] = sums[i] + count * v;
      squares[i + 1] = squares[i] + count * v * v;
    }
  }

  /** The values of {@code weights}, which are finite and are sorted in place. */
  static SortedValues of(float[] weights) {
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      weights[i] += 0f; // -0 becomes 0, which it is equal to
      sum += weights[i];
    }
    Arrays.sort(weights);
    int n = 0;
    long[] counts = new long[weights.length + 1];
    for (int i = 0; i < weights.length; i++) {
      if (n == 0 || weights[i] != weights[n - 1]) {
        weights[n++] = weights[i];
      }
      counts[n] = i + 1L;
    }
    return new SortedValues(
        Arrays.copyOf(weights, n),
        Arrays.copyOf(counts, n + 1),
        weights.length == 0 ? 0 : sum / weights.length);
  }

  /** The number of distinct values. */
  int size() {
    return values.length;
  }

  /** The value at position {@code i}. */
  float value(int i) {
    return values[i];
  }

  /** The number of weights at positions {@code [from, to)}. */
  long count(int from, int to) {
    return counts[to] - counts[from];
  }

  /** The position of the weight of rank {@code rank}, from 0. */
  int positionOf(long rank) {
    int found = Arrays.binarySearch(counts, rank);
    return found >= 0 ? found : -found - 2;
  }

  /** The mean of the weights at positions {@code [from, to)}, of which there is one. */
  double mean(int from, int to) {
    return origin + (sums[to] - sums[from]) / count(from, to);
  }

  /** The sum of squared distances from their mean of the weights at {@code [from, to)}. */
  double spread(int from, int to) {
    if (to - from < 2) {
      return 0;
    }
    double sum = sums[to] - sums[from];
    return Math.max(0, squares[to] - squares[from] - sum * sum / count(from, to));
  }

  /** The sum of squared distances from {@code centre} of the weights at {@code [from, to)}. */
  double spread(int from, int to, double centre) {
    double c = centre - origin;
    double sum = sums[to] - sums[from];
    return Math.max(0, squares[to] - squares[from] - 2 * c * sum + c * c * count(from, to));
  }

  /** The first position whose value is above {@code bound}, not before {@code from}. */
  int firstAbove(double bound, int from) {
    int low = from;
    int high = values.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (values[middle] > bound) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }
}
