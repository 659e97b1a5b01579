package dev.coppice.compiler.compress.prune;

import dev.coppice.compiler.compress.prune.channels.ChannelGroups;
import dev.coppice.compiler.compress.prune.channels.ChannelGroups.Group;
import dev.coppice.compiler.compress.prune.channels.Slots;
import dev.coppice.compiler.compress.prune.channels.Slots.Role;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Chooses the units that go.
 *
 * @param global whether units of all groups are compared; otherwise each group loses the same
 *     fraction
 * @param normalized whether they are compared by their rating over the mean of their group
 * @param maximum the largest fraction of its channels that a layer may lose, below 1
 * @param multiple layers keep a multiple of so many channels, or all
 */
record ChannelSelection(boolean global, boolean normalized, double maximum, int multiple) {

  /** A unit with what it is compared by. */
  private record Rated(int unit, double score) {}

  /**
   * The units to remove of {@code groups}.
   *
   * @param scores their importance; NaN stays
   * @param protectedUnits what stays
   * @param amount the fraction of the units of each group, or of all, that goes
   */
  BitSet select(ChannelGroups groups, double[] scores, BitSet protectedUnits, double amount) {
    double[] amounts = new double[groups.groups().size()];
    Arrays.fill(amounts, amount);
    return select(groups, scores, protectedUnits, amounts);
  }

  /** The same with an amount for each group; over all groups the first counts. */
  BitSet select(ChannelGroups groups, double[] scores, BitSet protectedUnits, double[] amounts) {
    Widths widths = new Widths(groups, maximum);
    BitSet removed = new BitSet();
    List<Rated> all = new ArrayList<>();
    long total = 0;
    for (int g = 0; g < amounts.length; g++) {
      List<Rated> rated = rated(groups.groups().get(g), scores, protectedUnits);
      if (global) {
        all.addAll(rated);
        total += rated.size();
      } else {
        remove(rated, Math.round(amounts[g] * rated.size()), widths, removed);
      }
    }
    if (global && amounts.length > 0) {
      remove(all, Math.round(amounts[0] * total), widths, removed);
    }
    List<Rated> back = new ArrayList<>();
    for (Group group : groups.groups()) {
      back.addAll(rated(group, scores, protectedUnits));
    }
    widths.round(back, removed, multiple);
    return removed;
  }

  /** The units of one group that may go. */
  private List<Rated> rated(Group group, double[] scores, BitSet protectedUnits) {
    double sum = 0;
    List<Integer> units = new ArrayList<>();
    for (int unit : group.units()) {
      if (!Double.isNaN(scores[unit]) && !protectedUnits.get(unit)) {
        units.add(unit);
        sum += scores[unit];
      }
    }
    List<Rated> rated = new ArrayList<>();
    for (int unit : units) {
      double mean = sum / units.size();
      boolean whole = !normalized || mean == 0;
      rated.add(new Rated(unit, whole ? scores[unit] : scores[unit] / Math.abs(mean)));
    }
    return rated;
  }

  /** Removes up to {@code count} of {@code rated}, the least first, equal ones by number. */
  private static void remove(List<Rated> rated, long count, Widths widths, BitSet removed) {
    List<Rated> order = new ArrayList<>(rated);
    order.sort(Comparator.comparingDouble(Rated::score).thenComparingInt(Rated::unit));
    long left = count;
    for (Rated r : order) {
      if (left > 0 && widths.canLose(r.unit())) {
        widths.change(r.unit(), -1);
        removed.set(r.unit());
        left--;
      }
    }
  }

  /** How many channels every value and every layer has. */
  private static final class Widths {
    private final List<int[]> axes = new ArrayList<>();
    private final List<List<Integer>> axesOf = new ArrayList<>();
    private final int[] widths;
    private final int[] least;
    private final int layers;

    Widths(ChannelGroups groups, double maximum) {
      Set<List<Integer>> seen = new LinkedHashSet<>();
      groups.slots(Role.PRODUCES).stream().map(Slots::units).forEach(u -> add(u, seen));
      layers = axes.size();
      groups.values().values().forEach(a -> add(a.units(), seen));
      groups.slots().stream().map(Slots::units).forEach(u -> add(u, seen));
      for (int u = 0; u < groups.units(); u++) {
        axesOf.add(new ArrayList<>());
      }
      widths = new int[axes.size()];
      least = new int[axes.size()];
      for (int a = 0; a < axes.size(); a++) {
        widths[a] = axes.get(a).length;
        least[a] = a < layers ? (int) Math.max(1, Math.ceil((1 - maximum) * widths[a] - 1e-9)) : 1;
        for (int unit : new LinkedHashSet<>(boxed(axes.get(a)))) {
          if (unit != ChannelGroups.FIXED) {
            axesOf.get(unit).add(a);
          }
        }
      }
    }

    private void add(int[] units, Set<List<Integer>> seen) {
      if (seen.add(boxed(units))) {
        axes.add(units);
      }
    }

    private static List<Integer> boxed(int[] units) {
      return Arrays.stream(units).boxed().toList();
    }

    private int times(int unit, int axis) {
      int times = 0;
      for (int u : axes.get(axis)) {
        times += u == unit ? 1 : 0;
      }
      return times;
    }

    boolean canLose(int unit) {
      return axesOf.get(unit).stream().allMatch(a -> widths[a] - times(unit, a) >= least[a]);
    }

    void change(int unit, int sign) {
      axesOf.get(unit).forEach(a -> widths[a] += sign * times(unit, a));
    }

    /** Takes units back, the most important first, until every layer is a multiple or whole. */
    void round(List<Rated> rated, BitSet removed, int multiple) {
      List<Rated> order = new ArrayList<>(rated);
      order.sort(Comparator.comparingDouble(Rated::score).thenComparingInt(Rated::unit).reversed());
      boolean changed = multiple > 1;
      while (changed) {
        changed = false;
        for (int a = 0; a < layers; a++) {
          if (widths[a] % multiple != 0) {
            int axis = a;
            int best =
                order.stream()
                    .map(Rated::unit)
                    .filter(u -> removed.get(u) && axesOf.get(u).contains(axis))
                    .findFirst()
                    .orElse(-1);
            if (best >= 0) {
              removed.clear(best);
              change(best, 1);
              changed = true;
            }
          }
        }
      }
    }
  }
}
