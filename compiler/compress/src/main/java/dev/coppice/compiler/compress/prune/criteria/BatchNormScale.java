package dev.coppice.compiler.compress.prune.criteria;

import dev.coppice.compiler.compress.prune.channels.ChannelGroups;
import dev.coppice.compiler.compress.prune.channels.Slots;
import dev.coppice.compiler.compress.prune.channels.Slots.Role;

/**
 * The magnitude of the scale of the normalization that follows (Liu, Li, Shen, Huang, Yan, Zhang
 * 2017, arXiv 1708.06519). Channels that are not normalized are not rated.
 */
final class BatchNormScale implements Criterion {
  @Override
  public String name() {
    return "batch-norm-scale";
  }

  @Override
  public boolean needsCalibration() {
    return false;
  }

  @Override
  public double[] scores(ChannelGroups groups, ActivationSource activations, long seed) {
    UnitScores scores = new UnitScores(groups);
    for (Slots s : groups.slots(Role.SCALES)) {
      scores.add(s.units(), WeightSlices.of(s, groups).powerSums(1));
    }
    return scores.scores();
  }
}
