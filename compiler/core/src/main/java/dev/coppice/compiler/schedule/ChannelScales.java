package dev.coppice.compiler.schedule;

import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.Optional;

/**
 * Finds out whether the weights of each output channel are integers of at most 127 times a scale,
 * as int8 quantization leaves them.
 */
final class ChannelScales {
  /**
   * Distance from an integer that rounding {@code q * scale} to float can explain, with a margin of
   * two.
   */
  private static final double SLACK = 2e-5;

  private final Optional<float[]> scales;

  private ChannelScales(Optional<float[]> scales) {
    this.scales = scales;
  }

  /** The scales of weights with output channels in front. */
  static ChannelScales of(Tensor w, int channels) {
    float[] scales = new float[channels];
    int run = w.size() / channels;
    for (int c = 0; c < channels; c++) {
      float scale = scale(w, c * run, run);
      if (scale < 0) {
        return new ChannelScales(Optional.empty());
      }
      scales[c] = scale;
    }
    return new ChannelScales(Optional.of(scales));
  }

  /** The largest scale that fits, 1 for a channel of zeros, -1 if none does. */
  private static float scale(Tensor w, int from, int run) {
    double most = 0;
    for (int i = from; i < from + run; i++) {
      most = Math.max(most, Math.abs(w.floatAt(i)));
    }
    if (most == 0) {
      return 1;
    }
    for (int levels = 1; levels <= 127; levels++) {
      double scale = most / levels;
      boolean fits = true;
      for (int i = from; fits && i < from + run; i++) {
        double q = w.floatAt(i) / scale;
        fits = Math.abs(q - Math.rint(q)) <= SLACK;
      }
      if (fits) {
        return (float) scale;
      }
    }
    return -1;
  }

  /** Whether every channel has a scale. */
  boolean isInt8() {
    return scales.isPresent();
  }

  /** The integer that {@code weight} of channel {@code c} stands for. */
  float quantized(int c, float weight) {
    return Math.round(weight / scales.orElseThrow()[c]);
  }

  /** The scales, {@code [channels]}. */
  Tensor tensor() {
    float[] s = scales.orElseThrow();
    return Tensor.ofFloats(Shape.of(s.length), s.clone());
  }
}
