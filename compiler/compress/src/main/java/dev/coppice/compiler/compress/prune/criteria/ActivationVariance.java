package dev.coppice.compiler.compress.prune.criteria;

import dev.coppice.compiler.compress.prune.channels.ChannelGroups;

/** The variance of a channel over examples and positions: a constant channel can be folded. */
final class ActivationVariance implements Criterion {
  @Override
  public String name() {
    return "activation-variance";
  }

  @Override
  public boolean needsCalibration() {
    return true;
  }

  @Override
  public double[] scores(ChannelGroups groups, ActivationSource activations, long seed) {
    return ActivationSites.mean(groups, activations, false, Variance::new);
  }

  /** By the recurrence of Welford, which does not cancel. */
  private static final class Variance implements ActivationSites.Statistic {
    private double mean;
    private double squares;
    private long count;

    @Override
    public void add(double[] values) {
      for (double v : values) {
        count++;
        double d = v - mean;
        mean += d / count;
        squares += d * (v - mean);
      }
    }

    @Override
    public double value() {
      return count == 0 ? 0 : squares / count;
    }
  }
}
