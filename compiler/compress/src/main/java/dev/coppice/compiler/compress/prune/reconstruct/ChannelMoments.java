package dev.coppice.compiler.compress.prune.reconstruct;

import dev.coppice.compiler.tensor.Tensor;
import java.util.List;

/**
 * Means and variances (over all, not less one) of the channels of a value, along its second axis.
 *
 * @param means one for each channel
 * @param variances one for each channel
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
public record ChannelMoments(double[] means, double[] variances) {
  /** Those of {@code values: [N, C, ...]}, one for each example. */
  public static ChannelMoments of(List<Tensor> values) {
    int channels = values.get(0).shape().dim(1);
    int inner = values.get(0).shape().strides()[1];
    double[] means = new double[channels];
    double[] squares = new double[channels];
    long count = (long) values.size() * values.get(0).size() / channels;
    for (Tensor value : values) {
      for (int i = 0; i < value.size(); i++) {
        means[i / inner % channels] += value.doubleAt(i) / count;
      }
    }
    for (Tensor value : values) {
      for (int i = 0; i < value.size(); i++) {
        int c = i / inner % channels;
        double d = value.doubleAt(i) - means[c];
        squares[c] += d * d / count;
      }
    }
    return new ChannelMoments(means, squares);
  }

  /** The mean of channel {@code c}. */
  public double mean(int c) {
    return means[c];
  }

  /** The standard deviation of channel {@code c}. */
  public double deviation(int c) {
    return Math.sqrt(variances[c]);
  }
}
