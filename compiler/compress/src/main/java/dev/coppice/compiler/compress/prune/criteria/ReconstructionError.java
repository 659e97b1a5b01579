package dev.coppice.compiler.compress.prune.criteria;

import dev.coppice.compiler.compress.model.MultiplyAdds;
import dev.coppice.compiler.compress.prune.channels.ChannelGroups;
import dev.coppice.compiler.compress.prune.channels.ChannelGroups.Group;
import dev.coppice.compiler.compress.prune.channels.Slots;
import dev.coppice.compiler.compress.prune.channels.Slots.Role;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * By how much the layers that read a channel err without it when all their other weights make up
 * for it as well as they can: ThiNet's question (Luo, Wu, Lin 2017, arXiv 1707.06342), answered
 * exactly by backward elimination, one channel of a group after the other. An error counts by the
 * deviation of what the reading layer leads to, after its normalization and the sum that it is a
 * term of; the rating is the error for each multiply-add that is saved, so that layers can be
 * compared, made monotonic in the order of removal.
 */
final class ReconstructionError implements Criterion {
  @Override
  public String name() {
    return "reconstruction-error";
  }

  @Override
  public boolean needsCalibration() {
    return true;
  }

  @Override
  public boolean comparesLayers() {
    return true;
  }

  @Override
  public double[] scores(ChannelGroups groups, ActivationSource activations, long seed) {
    List<ReadingLayer> readers = ReadingLayer.of(groups);
    ReadingLayer.look(readers, activations, seed);
    Map<ReadingLayer, ReaderElimination> open = new LinkedHashMap<>();
    double[] savings = savings(groups);
    double[] scores = new double[groups.units()];
    Arrays.fill(scores, Double.NaN);
    for (Group group : groups.groups()) {
      open.clear();
      for (ReadingLayer reader : readers) {
        if (reader.readsAny(group.units())) {
          open.put(reader, reader.elimination());
        }
      }
      if (!open.isEmpty()) {
        rank(group.units(), List.copyOf(open.values()), savings, scores);
      }
    }
    return scores;
  }

  private static void rank(
      List<Integer> units, List<ReaderElimination> readers, double[] savings, double[] scores) {
    List<Integer> left = new ArrayList<>(units);
    double last = 0;
    while (!left.isEmpty()) {
      int best = left.get(0);
      double least = Double.POSITIVE_INFINITY;
      for (int unit : left) {
        double cost = 0;
        for (ReaderElimination reader : readers) {
          cost += reader.cost(unit);
        }
        cost /= savings[unit];
        if (cost < least) {
          least = cost;
          best = unit;
        }
      }
      last = Math.max(Math.nextUp(last), least);
      scores[best] = last;
      left.remove(Integer.valueOf(best));
      for (ReaderElimination reader : readers) {
        reader.remove(best);
      }
    }
  }

  /** Multiply-adds that go with each unit, as a fraction of all, while all others are there. */
  private static double[] savings(ChannelGroups groups) {
    double total = MultiplyAdds.of(groups.graph());
    double[] savings = new double[groups.units()];
    for (Slots s : groups.slots()) {
      boolean product = s.role() == Role.PRODUCES || s.role() == Role.CONSUMES;
      double share =
          product ? MultiplyAdds.of(s.node(), groups.graph()) / total / s.units().length : 0;
      for (int unit : s.units()) {
        if (unit != ChannelGroups.FIXED) {
          savings[unit] += share;
        }
      }
    }
    for (int u = 0; u < savings.length; u++) {
      savings[u] = Math.max(savings[u], Double.MIN_NORMAL);
    }
    return savings;
  }
}
