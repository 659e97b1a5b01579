package dev.coppice.compiler.compress.prune.criteria;

import dev.coppice.compiler.compress.prune.channels.ChannelGroups;
import dev.coppice.compiler.compress.prune.channels.Slots;
import dev.coppice.compiler.compress.prune.channels.Slots.Role;

/**
 * Squares of all weights that go with a channel: those that compute it, scale it and read it (Fang,
 * Ma, Song, Mi, Wang 2023, arXiv 2301.12900).
 */
final class GroupNorm implements Criterion {
  @Override
  public String name() {
    return "group-norm";
  }

  @Override
  public boolean needsCalibration() {
    return false;
  }

  @Override
  public double[] scores(ChannelGroups groups, ActivationSource activations, long seed) {
    UnitScores scores = new UnitScores(groups);
    for (Slots s : groups.slots()) {
      if (s.role() != Role.CARRIES) {
        scores.add(s.units(), WeightSlices.of(s, groups).powerSums(2));
      }
    }
    return scores.scores();
  }
}
