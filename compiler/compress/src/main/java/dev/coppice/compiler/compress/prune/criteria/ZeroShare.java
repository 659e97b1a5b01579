package dev.coppice.compiler.compress.prune.criteria;

import dev.coppice.compiler.compress.prune.channels.ChannelGroups;

/**
 * The share of activations that are not zero: one less the average percentage of zeros (Hu, Peng,
 * Tai, Tang 2016, "APoZ", arXiv 1607.03250), after rectifiers. Channels without one are not rated.
 */
final class ZeroShare implements Criterion {
  @Override
  public String name() {
    return "apoz";
  }

  @Override
  public boolean needsCalibration() {
    return true;
  }

  @Override
  public double[] scores(ChannelGroups groups, ActivationSource activations, long seed) {
    return ActivationSites.mean(groups, activations, true, NonZeros::new);
  }

  private static final class NonZeros implements ActivationSites.Statistic {
    private long zeros;
    private long count;

    @Override
    public void add(double[] values) {
      for (double v : values) {
        zeros += v == 0 ? 1 : 0;
      }
      count += values.length;
    }

    @Override
    public double value() {
      return count == 0 ? 0 : 1 - (double) zeros / count;
    }
  }
}
