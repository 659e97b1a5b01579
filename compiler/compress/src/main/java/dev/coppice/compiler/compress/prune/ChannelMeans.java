package dev.coppice.compiler.compress.prune;

import dev.coppice.compiler.tensor.Tensor;
import java.util.Map;

/** Sums over examples of the mean of each channel over its positions. */
final class ChannelMeans {
  private ChannelMeans() {}

  /** Adds those of one example to the sums of {@code name}. */
  static void add(Tensor values, int axis, String name, Map<String, double[]> sums) {
    int dim = values.shape().dim(axis);
    int inner = values.shape().strides()[axis];
    double[] sum = sums.computeIfAbsent(name, n -> new double[dim]);
    double weight = (double) dim / values.size();
    for (int i = 0; i < values.size(); i++) {
      sum[i / inner % dim] += values.doubleAt(i) * weight;
    }
  }
}
