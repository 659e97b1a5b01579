package dev.coppice.compiler.driver.data;

import java.util.List;

/**
 * How stored values become what a model takes: {@code ((x + offset) * scale - mean[c]) / std[c]},
 * where c is the channel. For pictures x is 0 to 255, for recordings -1 to 1.
 *
 * @param offset added first
 * @param scale multiplied next, such as 1/255
 * @param mean one a channel, or one for all; empty for 0
 * @param std one a channel, or one for all; empty for 1
 */
public record InputScaling(double offset, double scale, List<Double> mean, List<Double> std) {
  /** Values as they are. */
  public static final InputScaling NONE = new InputScaling(0, 1, List.of(), List.of());

  public InputScaling {
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    if (std.contains(0.0)) {
      throw new IllegalArgumentException("std is " + std + ", expected no 0");
    }
  }

  /** Whether values stay as they are. */
  public boolean keepsValues() {
    return offset == 0 && scale == 1 && mean.isEmpty() && std.isEmpty();
  }

  /** The value for {@code x} in channel {@code c}. */
  public double apply(double x, int c) {
    double v = (x + offset) * scale;
    if (!mean.isEmpty()) {
      v -= mean.get(mean.size() == 1 ? 0 : c);
    }
    return std.isEmpty() ? v : v / std.get(std.size() == 1 ? 0 : c);
  }
}
