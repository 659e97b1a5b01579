package dev.coppice.compiler.compress.prune.criteria;

import dev.coppice.compiler.compress.prune.channels.ChannelGroups;
import dev.coppice.compiler.compress.prune.channels.Slots;
import dev.coppice.compiler.compress.prune.channels.Slots.Role;

/**
 * The weights that compute a channel, as a sum of powers of their magnitudes, without a root (Li,
 * Kadav, Durdanovic, Samet, Graf 2017, arXiv 1608.08710, for p = 1).
 *
 * @param name what recipes call it
 * @param p the power
 */
record FilterNorm(String name, int p) implements Criterion {
  @Override
  public boolean needsCalibration() {
    return false;
  }

  @Override
  public double[] scores(ChannelGroups groups, ActivationSource activations, long seed) {
    UnitScores scores = new UnitScores(groups);
    for (Slots s : groups.slots(Role.PRODUCES)) {
      scores.add(s.units(), WeightSlices.of(s, groups).powerSums(p));
    }
    return scores.scores();
  }
}
