package dev.coppice.compiler.compress.binarize;

import java.util.Arrays;

/** Which magnitude {@code delta} the weights of {@link TernaryWeights} must exceed not to be 0. */
public enum TernaryThreshold {
  /** {@code 0.7 * mean |w|}: nearly optimal for normally distributed weights. */
  MEAN {
    @Override
    double delta(float[] magnitudes) {
      double sum = 0;
      for (float magnitude : magnitudes) {
        sum += magnitude;
      }
      return magnitudes.length == 0 ? 0 : 0.7 * sum / magnitudes.length;
    }
  },

  /**
   * The one with the least squared error: of the j largest magnitudes with sum S_j, those with the
   * largest {@code S_j^2 / j} are kept.
   */
  OPTIMAL {
    @Override
    double delta(float[] magnitudes) {
      float[] sorted = magnitudes.clone();
      Arrays.sort(sorted);
      double sum = 0;
      double best = -1;
      double delta = 0;
      for (int i = sorted.length - 1; i >= 0; i--) {
        sum += sorted[i];
        double next = i == 0 ? -1 : sorted[i - 1];
        double kept = sum * sum / (sorted.length - i);
        // Equal magnitudes are kept or dropped together.
        if (next < sorted[i] && kept > best) {
          best = kept;
          delta = next;
        }
      }
      return delta;
    }
  };

  /** The threshold for weights of these magnitudes. */
  abstract double delta(float[] magnitudes);
}
