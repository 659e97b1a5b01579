package dev.coppice.compiler.compress.prune.criteria;

import dev.coppice.compiler.compress.prune.channels.ChannelGroups;

/**
 * The mean magnitude of a channel's activations (Molchanov, Tyree, Karras, Aila, Kautz 2017, arXiv
 * 1611.06440, section 2.2).
 */
final class MeanActivation implements Criterion {
  @Override
  public String name() {
    return "mean-activation";
  }

  @Override
  public boolean needsCalibration() {
    return true;
  }

  @Override
  public double[] scores(ChannelGroups groups, ActivationSource activations, long seed) {
    return ActivationSites.mean(groups, activations, false, Mean::new);
  }

  private static final class Mean implements ActivationSites.Statistic {
    private double sum;
    private long count;

    @Override
    public void add(double[] values) {
      for (double v : values) {
        sum += Math.abs(v);
      }
      count += values.length;
    }

    @Override
    public double value() {
      return count == 0 ? 0 : sum / count;
    }
  }
}
