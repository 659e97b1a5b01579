package dev.coppice.compiler.pass.integer;

import dev.coppice.compiler.tensor.Tensor;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

/**
 * Weights that a dequantizer made, as integers again: each weight is exactly {@code float(integer)
 * * scale} with the scale of its output channel.
 *
 * @param integers the integers, as floats of the shape of the weights
 * @param scales one per output channel
 */
record IntegerWeights(Tensor integers, float[] scales) {
  /** Largest difference of two integers of 8 bits. */
  private static final int MOST = 255;

  /**
   * The integers behind {@code w}, the smallest there are; empty if it has none of 8 bits.
   *
   * @param channel output channel of each weight
   */
  static Optional<IntegerWeights> of(Tensor w, int channels, IntUnaryOperator channel) {
    float[] most = new float[channels];
    for (int i = 0; i < w.size(); i++) {
      int c = channel.applyAsInt(i);
      most[c] = Math.max(most[c], Math.abs(w.floatAt(i)));
    }
    Optional<float[]> scales = common(w, most);
    if (scales.isEmpty()) {
      scales = each(w, most, channel);
    }
    return scales.map(
        s ->
            new IntegerWeights(
                Tensor.fromDoubles(
                    w.type(), i -> Math.rint(w.floatAt(i) / s[channel.applyAsInt(i)])),
                s));
  }

  /** One scale for all channels. */
  private static Optional<float[]> common(Tensor w, float[] most) {
    float largest = 0;
    for (float m : most) {
      largest = Math.max(largest, m);
    }
    float[] magnitudes = new float[w.size()];
    for (int i = 0; i < magnitudes.length; i++) {
      magnitudes[i] = w.floatAt(i);
    }
    float scale = scale(magnitudes, magnitudes.length, largest);
    if (scale == 0) {
      return Optional.empty();
    }
    float[] all = new float[most.length];
    Arrays.fill(all, scale);
    return Optional.of(all);
  }

  private static Optional<float[]> each(Tensor w, float[] most, IntUnaryOperator channel) {
    int[] counts = new int[most.length];
    float[][] values = new float[most.length][w.size() / Math.max(1, most.length)];
    for (int i = 0; i < w.size(); i++) {
      int c = channel.applyAsInt(i);
      values[c][counts[c]++] = w.floatAt(i);
    }
    float[] scales = new float[most.length];
    for (int c = 0; c < scales.length; c++) {
      scales[c] = scale(values[c], counts[c], most[c]);
      if (scales[c] == 0) {
        return Optional.empty();
      }
    }
    return Optional.of(scales);
  }

  /** The largest scale of {@code values}, 1 if all are zero, 0 if there is none. */
  private static float scale(float[] values, int count, float most) {
    if (most == 0) {
      return 1;
    }
    for (int levels = 1; levels <= MOST; levels++) {
      float near = most / levels;
      // The quotient of a rounded product lies within two floats of the factor.
      float candidate = Math.nextDown(Math.nextDown(near));
      for (int step = 0; step < 5; step++) {
        if (fits(values, count, candidate)) {
          return candidate;
        }
        candidate = Math.nextUp(candidate);
      }
    }
    return 0;
  }

  private static boolean fits(float[] values, int count, float scale) {
    if (!(scale >= Float.MIN_NORMAL)) {
      return false;
    }
    for (int i = 0; i < count; i++) {
      if ((float) Math.rint(values[i] / scale) * scale != values[i]) {
        return false;
      }
    }
    return true;
  }
}
