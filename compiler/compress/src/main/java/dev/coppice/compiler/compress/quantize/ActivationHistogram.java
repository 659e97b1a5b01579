package dev.coppice.compiler.compress.quantize;

import dev.coppice.compiler.tensor.Tensor;

/**
 * How often a value of a graph has which elements: counts in bins of equal width from the least to
 * the greatest, which are found by a first walk over the examples ({@link #widen}) before a second
 * one counts ({@link #count}). Elements that are not finite are left out.
 */
final class ActivationHistogram {
  static final int BINS = 2048;

  private double min = Double.POSITIVE_INFINITY;
  private double max = Double.NEGATIVE_INFINITY;
  private final long[] counts = new long[BINS];

  /** Lets the range hold the elements of {@code values}. */
  void widen(Tensor values) {
    for (int i = 0; i < values.size(); i++) {
      float v = values.floatAt(i);
      if (Float.isFinite(v)) {
        min = Math.min(min, v);
        max = Math.max(max, v);
      }
    }
  }

  /** Counts the elements of {@code values}; those beyond the range count at its ends. */
  void count(Tensor values) {
    double perBin = width() > 0 ? BINS / width() : 0;
    for (int i = 0; i < values.size(); i++) {
      float v = values.floatAt(i);
      if (Float.isFinite(v)) {
        counts[(int) Math.max(0, Math.min(BINS - 1, (v - min) * perBin))]++;
      }
    }
  }

  /** Whether there was an element. */
  boolean isEmpty() {
    return min > max;
  }

  /** The least element; 0 if there was none. */
  double min() {
    return isEmpty() ? 0 : min;
  }

  /** The greatest element; 0 if there was none. */
  double max() {
    return isEmpty() ? 0 : max;
  }

  private double width() {
    return max() - min();
  }

  /** Elements in bin {@code bin}. */
  long count(int bin) {
    return counts[bin];
  }

  /** Elements in all bins. */
  long total() {
    long total = 0;
    for (long c : counts) {
      total += c;
    }
    return total;
  }

  /** The middle of bin {@code bin}. */
  double middle(int bin) {
    return min() + (bin + 0.5) * width() / BINS;
  }

  /** The value below which {@code fraction} of the elements lie, to a bin. */
  double quantile(double fraction) {
    double below = fraction * total();
    long seen = 0;
    for (int b = 0; b < BINS; b++) {
      if (counts[b] > 0 && seen + counts[b] >= below) {
        double within = Math.max(0, (below - seen) / counts[b]);
        return min() + (b + within) * width() / BINS;
      }
      seen += counts[b];
    }
    return max();
  }
}
