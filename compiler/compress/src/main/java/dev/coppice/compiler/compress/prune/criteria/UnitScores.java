package dev.coppice.compiler.compress.prune.criteria;

import dev.coppice.compiler.compress.prune.channels.ChannelGroups;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Gathers one rating for each unit from the tensors that take part in it: what a tensor's indices
 * contribute is summed by unit, and divided by the number of tensors of the unit.
 */
final class UnitScores {
  private final double[] sums;
  private final int[] tensors;

  UnitScores(ChannelGroups groups) {
    this.sums = new double[groups.units()];
    this.tensors = new int[groups.units()];
  }

  /** Adds a tensor: a contribution for each index, which is of unit {@code units[index]}. */
  void add(int[] units, double[] contributions) {
    Set<Integer> own = new LinkedHashSet<>();
    for (int i = 0; i < units.length; i++) {
      if (units[i] != ChannelGroups.FIXED) {
        sums[units[i]] += contributions[i];
        own.add(units[i]);
      }
    }
    own.forEach(u -> tensors[u]++);
  }

  /** The ratings; NaN for units of no tensor. */
  double[] scores() {
    double[] scores = new double[sums.length];
    for (int u = 0; u < scores.length; u++) {
      scores[u] = tensors[u] == 0 ? Double.NaN : sums[u] / tensors[u];
    }
    return scores;
  }
}
