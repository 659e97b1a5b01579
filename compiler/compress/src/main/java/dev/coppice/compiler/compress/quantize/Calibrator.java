package dev.coppice.compiler.compress.quantize;

import java.util.Arrays;
import java.util.Locale;

/**
 * How the range of an activation is chosen from what it was on calibration data.
 *
 * @param kind what is optimised
 * @param percentile percent of the elements that {@link Kind#PERCENTILE} holds
 */
record Calibrator(Kind kind, double percentile) {
  private static final int CANDIDATES = 100;

  /** With fewer elements in a bin, its count says little about the distribution. */
  private static final int COUNTS_PER_BIN = 16;

  /** What is optimised. */
  enum Kind {
    /** The clipped and the rounded parts have the least squared error together. */
    MSE,
    /** Nothing is clipped. */
    MIN_MAX,
    /** A given part of the elements is held, as much cut off at either end. */
    PERCENTILE,
    /**
     * The distribution after quantization tells the most about the one before: least
     * Kullback-Leibler divergence (Migacz 2017, "8-bit inference with TensorRT").
     */
    ENTROPY;

    /** What recipes call it. */
    String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /**
   * A range of numbers.
   *
   * @param min its lower end
   * @param max its upper end
   */
  record Range(double min, double max) {
    /** The smallest range that holds both. */
    Range with(Range other) {
      return new Range(Math.min(min, other.min), Math.max(max, other.max));
    }

    /** This with 0 in it. */
    Range withZero() {
      return new Range(Math.min(0, min), Math.max(0, max));
    }

    double width() {
      return max - min;
    }
  }

  /** The range for a value like {@code h} that is quantized to {@code type}. */
  Range range(ActivationHistogram h, ActivationType type) {
    Range all = new Range(h.min(), h.max()).withZero();
    if (h.isEmpty() || all.width() == 0) {
      return all;
    }
    return switch (kind) {
      case MIN_MAX -> all;
      case PERCENTILE -> {
        double cut = (1 - percentile / 100) / 2;
        yield new Range(h.quantile(cut), h.quantile(1 - cut)).withZero();
      }
      case MSE -> leastSquares(h, all, type);
      case ENTROPY -> leastDivergence(h, all, type);
    };
  }

  /** First the best part of the whole range, then of its upper and of its lower end. */
  private static Range leastSquares(ActivationHistogram h, Range all, ActivationType type) {
    Range best = all;
    double least = squaredError(h, all, type);
    for (int end = 0; end < 3; end++) {
      Range from = best;
      for (int k = CANDIDATES - 1; k > 0; k--) {
        double part = k / (double) CANDIDATES;
        Range candidate =
            new Range(
                end == 1 ? from.min() : from.min() * part,
                end == 2 ? from.max() : from.max() * part);
        double error = candidate.width() > 0 ? squaredError(h, candidate, type) : least;
        if (error < least) {
          least = error;
          best = candidate;
        }
      }
    }
    return best;
  }

  private static double squaredError(ActivationHistogram h, Range range, ActivationType type) {
    ActivationQuantizer q = ActivationQuantizer.of(range, type);
    double sum = 0;
    for (int b = 0; b < ActivationHistogram.BINS; b++) {
      if (h.count(b) > 0) {
        double x = h.middle(b);
        double error = x - q.real(q.level(x));
        sum += h.count(b) * error * error;
      }
    }
    return sum;
  }

  /** Cuts magnitudes off at the bin that gives the least divergence. */
  private static Range leastDivergence(ActivationHistogram h, Range all, ActivationType type) {
    double most = Math.max(-all.min(), all.max());
    // Levels that magnitudes share where both signs occur.
    boolean bothSigns = all.min() < 0 && all.max() > 0;
    int levels =
        Math.min(
            ActivationHistogram.BINS / 2, type.levels() / (bothSigns || type.symmetric() ? 2 : 1));
    long filled = Math.min(ActivationHistogram.BINS, h.total() / COUNTS_PER_BIN);
    int bins = (int) Math.max(2L * levels, filled);
    double[] magnitudes = new double[bins];
    for (int b = 0; b < ActivationHistogram.BINS; b++) {
      int at = (int) Math.min(bins - 1, Math.abs(h.middle(b)) / most * bins);
      magnitudes[at] += h.count(b);
    }
    double least = Double.POSITIVE_INFINITY;
    int best = bins;
    for (int kept = levels; kept <= bins; kept += Math.max(1, levels / 16)) {
      double divergence = divergence(magnitudes, kept, levels);
      if (divergence < least) {
        least = divergence;
        best = kept;
      }
    }
    double threshold = most * best / bins;
    double low = Math.max(all.min(), -threshold);
    double high = Math.min(all.max(), threshold);
    return new Range(low, high);
  }

  /**
   * The divergence of the first {@code kept} bins, the rest counted in the last of them, from the
   * same merged to {@code levels} levels and spread again over the bins that are not empty.
   */
  static double divergence(double[] bins, int kept, int levels) {
    double[] p = Arrays.copyOf(bins, kept);
    for (int b = kept; b < bins.length; b++) {
      p[kept - 1] += bins[b];
    }
    double[] q = new double[kept];
    double total = 0;
    double totalQ = 0;
    for (int level = 0; level < levels; level++) {
      int from = (int) ((long) level * kept / levels);
      int to = (int) ((long) (level + 1) * kept / levels);
      double sum = 0;
      int used = 0;
      for (int b = from; b < to; b++) {
        sum += bins[b];
        used += p[b] > 0 ? 1 : 0;
      }
      for (int b = from; b < to; b++) {
        q[b] = p[b] > 0 ? sum / used : 0;
        total += p[b];
        totalQ += q[b];
      }
    }
    double divergence = 0;
    for (int b = 0; b < kept; b++) {
      if (p[b] > 0) {
        double expected = q[b] > 0 ? q[b] / totalQ : Double.MIN_NORMAL;
        divergence += p[b] / total * Math.log(p[b] / total / expected);
      }
    }
    return divergence;
  }
}
