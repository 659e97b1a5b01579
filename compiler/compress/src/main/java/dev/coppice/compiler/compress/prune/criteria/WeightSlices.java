package dev.coppice.compiler.compress.prune.criteria;

import dev.coppice.compiler.compress.prune.channels.ChannelGroups;
import dev.coppice.compiler.compress.prune.channels.Slots;
import dev.coppice.compiler.tensor.Tensor;

/** The slices of a constant along the axis of its slots. */
final class WeightSlices {
  private final Tensor data;
  private final int dim;
  private final int inner;

  private WeightSlices(Tensor data, int axis) {
    this.data = data;
    this.dim = data.shape().dim(axis);
    this.inner = data.shape().strides()[axis];
  }

  static WeightSlices of(Slots slots, ChannelGroups groups) {
    return new WeightSlices(groups.graph().constant(slots.constant()).orElseThrow(), slots.axis());
  }

  /** How many slices there are. */
  int count() {
    return dim;
  }

  /** Elements of a slice. */
  int size() {
    return data.size() / dim;
  }

  /** Element {@code i} of slice {@code slice}. */
  double at(int slice, int i) {
    return data.doubleAt((i / inner * dim + slice) * inner + i % inner);
  }

  /** For each slice the sum of {@code |w|^p}. */
  double[] powerSums(int p) {
    double[] sums = new double[dim];
    for (int s = 0; s < dim; s++) {
      for (int i = 0; i < size(); i++) {
        double magnitude = Math.abs(at(s, i));
        sums[s] += p == 1 ? magnitude : Math.pow(magnitude, p);
      }
    }
    return sums;
  }
}
