package dev.coppice.compiler.compress.prune.criteria;

import dev.coppice.compiler.compress.prune.channels.ChannelGroups;
import java.util.SplittableRandom;

/** A random rating: what every other criterion has to beat. */
final class RandomOrder implements Criterion {
  @Override
  public String name() {
    return "random";
  }

  @Override
  public boolean needsCalibration() {
    return false;
  }

  @Override
  public double[] scores(ChannelGroups groups, ActivationSource activations, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] scores = new double[groups.units()];
    for (int u = 0; u < scores.length; u++) {
      scores[u] = random.nextDouble();
    }
    return scores;
  }
}
