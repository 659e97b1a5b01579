package dev.coppice.compiler.driver.data;

import java.util.List;

/**
 * How stored samples become what a model takes: {@code ((x + offset) * scale - mean[c]) / std[c]},
 * where c is the channel, the first axis of a sample once it is in the model's order.
 *
 * @param offset added first
 * @param scale multiplied next
 * @param mean one a channel, or one for all; empty for 0
 * @param std one a channel, or one for all; empty for 1
 * @param channelsLast whether samples are stored as height, width, channel and go to a model that
 *     takes channel, height, width
 */
public record InputScaling(
    double offset, double scale, List<Double> mean, List<Double> std, boolean channelsLast) {
  /** Samples as they are. */
  public static final InputScaling NONE = new InputScaling(0, 1, List.of(), List.of(), false);

  public InputScaling {
    mean = List.copyOf(mean);
    std = List.copyOf(std);
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
