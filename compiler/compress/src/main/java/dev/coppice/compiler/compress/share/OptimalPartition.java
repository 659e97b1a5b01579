package dev.coppice.compiler.compress.share;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The partition of sorted values into k intervals with the least sum of squared distances from the
 * means, by dynamic programming. Where the best last interval begins does not move back as more
 * values are covered, so each row is filled by divide and conquer in {@code n log n} (Gronlund et
 * al. 2017, arXiv 1701.07204).
 */
final class OptimalPartition {
  /** Distinct values that are told apart; a place of one fits a char. */
  static final int MAX_POINTS = 1 << 16;

  private final SortedValues values;

  /** Positions at which an interval may begin, and the end. */
  private final int[] edges;

  private OptimalPartition(SortedValues values, int[] edges) {
    this.values = values;
    this.edges = edges;
  }

  /**
   * The best partition into {@code k} intervals that are not empty; there are more distinct values
   * than that.
   */
  static Intervals of(SortedValues values, int k) {
    OptimalPartition partition = new OptimalPartition(values, edges(values));
    int[] bounds = partition.bounds(k);
    return new Intervals(values, bounds);
  }

  /**
   * Every position, or those at which one of half as many bins of equal width or of equally many
   * values begins: the former find the few far values, the latter tell the many apart.
   */
  private static int[] edges(SortedValues values) {
    int n = values.size();
    if (n <= MAX_POINTS) {
      return IntStream.rangeClosed(0, n).toArray();
    }
    int half = MAX_POINTS / 2;
    double min = values.value(0);
    double width = (values.value(n - 1) - min) / half;
    int[] edges = new int[MAX_POINTS];
    for (int bin = 0; bin < half; bin++) {
      edges[bin] = (int) ((long) bin * n / half);
      edges[half + bin] = bin == 0 ? n : values.firstAbove(min + bin * width, 0);
    }
    return Arrays.stream(edges).sorted().distinct().toArray();
  }

  private int[] bounds(int k) {
    int n = edges.length - 1;
    double[] previous = new double[n + 1];
    double[] current = new double[n + 1];
    for (int j = 1; j <= n; j++) {
      previous[j] = values.spread(0, edges[j]);
    }
    char[][] begins = new char[k][];
    for (int parts = 2; parts <= k; parts++) {
      begins[parts - 1] = new char[n + 1];
      fill(previous, current, begins[parts - 1], parts, n, parts - 1, n - 1);
      double[] swap = previous;
      previous = current;
      current = swap;
    }
    int[] bounds = new int[k + 1];
    int end = n;
    for (int part = k; part >= 1; part--) {
      bounds[part] = edges[end];
      end = part == 1 ? 0 : begins[part - 1][end];
    }
    return bounds;
  }

  /**
   * Sets {@code best[j]} for j in {@code [from, to]} to the least of {@code before[i]} plus the
   * cost of an interval {@code [i, j)} with i in {@code [low, high]}, and {@code begin[j]} to i.
   */
  private void fill(
      double[] before, double[] best, char[] begin, int from, int to, int low, int high) {
    if (from > to) {
      return;
    }
    int j = (from + to) >>> 1;
    double least = Double.POSITIVE_INFINITY;
    int at = low;
    for (int i = low; i <= Math.min(high, j - 1); i++) {
      double error = before[i] + values.spread(edges[i], edges[j]);
      if (error < least) {
        least = error;
        at = i;
      }
    }
    best[j] = least;
    begin[j] = (char) at;
    fill(before, best, begin, from, j - 1, low, at);
    fill(before, best, begin, j + 1, to, at, high);
  }
}
