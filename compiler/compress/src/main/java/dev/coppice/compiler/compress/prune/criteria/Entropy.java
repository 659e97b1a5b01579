package dev.coppice.compiler.compress.prune.criteria;

import dev.coppice.compiler.compress.prune.channels.ChannelGroups;
import java.util.ArrayList;
import java.util.List;

/**
 * The entropy of a channel's mean over the picture, in 100 bins between the least and the greatest
 * of the calibration examples (Luo, Wu 2017, arXiv 1706.05791).
 */
final class Entropy implements Criterion {
  private static final int BINS = 100;

  @Override
  public String name() {
    return "entropy";
  }

  @Override
  public boolean needsCalibration() {
    return true;
  }

  @Override
  public double[] scores(ChannelGroups groups, ActivationSource activations, long seed) {
    return ActivationSites.mean(groups, activations, false, Means::new);
  }

  /** {@code -sum p ln p} of the histogram of {@code values}. */
  static double of(List<Double> values) {
    double min = values.stream().mapToDouble(Double::doubleValue).min().orElse(0);
    double max = values.stream().mapToDouble(Double::doubleValue).max().orElse(0);
    if (!(max > min)) {
      return 0;
    }
    int[] counts = new int[BINS];
    for (double v : values) {
      counts[(int) Math.min(BINS - 1, (v - min) / (max - min) * BINS)]++;
    }
    double entropy = 0;
    for (int count : counts) {
      double p = (double) count / values.size();
      entropy -= count == 0 ? 0 : p * Math.log(p);
    }
    return entropy;
  }

  private static final class Means implements ActivationSites.Statistic {
    private final List<Double> means = new ArrayList<>();

    @Override
    public void add(double[] values) {
      double sum = 0;
      for (double v : values) {
        sum += v;
      }
      means.add(sum / values.length);
    }

    @Override
    public double value() {
      return of(means);
    }
  }
}
