package dev.coppice.compiler.compress.prune.criteria;

import dev.coppice.compiler.compress.prune.channels.ChannelGroups;
import dev.coppice.compiler.compress.prune.channels.ChannelGroups.Group;
import dev.coppice.compiler.compress.prune.channels.Slots;
import dev.coppice.compiler.compress.prune.channels.Slots.Role;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * How far a filter is from the others of its layer, as the sum of Euclidean distances: those
 * nearest to the geometric median can be replaced by the others (He, Liu, Wang, Hu, Yang 2019,
 * "FPGM", arXiv 1811.00250): the rating is the mean distance to the others. Small layers are ranked
 * anew after each removal, since of two filters that replace each other only one may go; there the
 * rating is the mean distance to those that are left then, made monotonic in the order of removal.
 */
final class GeometricMedian implements Criterion {
  /** So many filters at most make a small layer. */
  static final int SMALL = 64;

  @Override
  public String name() {
    return "fpgm";
  }

  @Override
  public boolean needsCalibration() {
    return false;
  }

  @Override
  public double[] scores(ChannelGroups groups, ActivationSource activations, long seed) {
    double[] scores = new double[groups.units()];
    Arrays.fill(scores, Double.NaN);
    for (Group group : groups.groups()) {
      double[][] distances = distances(group.units(), groups);
      if (group.units().size() <= SMALL) {
        rank(group.units(), distances, scores);
      } else {
        rate(group.units(), distances, scores);
      }
    }
    return scores;
  }

  private static void rate(List<Integer> units, double[][] distances, double[] scores) {
    for (int i = 0; i < distances.length; i++) {
      scores[units.get(i)] = Arrays.stream(distances[i]).sum() / (distances.length - 1);
    }
  }

  /** Removes the nearest again and again. */
  private static void rank(List<Integer> units, double[][] distances, double[] scores) {
    int n = units.size();
    double[] sums = new double[n];
    boolean[] gone = new boolean[n];
    for (int i = 0; i < n; i++) {
      sums[i] = Arrays.stream(distances[i]).sum();
    }
    double last = 0;
    for (int left = n; left > 0; left--) {
      int nearest = -1;
      for (int i = 0; i < n; i++) {
        nearest = !gone[i] && (nearest < 0 || sums[i] < sums[nearest]) ? i : nearest;
      }
      gone[nearest] = true;
      last = Math.max(Math.nextUp(last), sums[nearest] / Math.max(1, left - 1));
      scores[units.get(nearest)] = last;
      for (int i = 0; i < n; i++) {
        sums[i] -= distances[i][nearest];
      }
    }
  }

  /** Mean over the layers that two units share of the distance of their filters. */
  private static double[][] distances(List<Integer> units, ChannelGroups groups) {
    int n = units.size();
    Map<Integer, Integer> place = new LinkedHashMap<>();
    units.forEach(u -> place.put(u, place.size()));
    double[][] distances = new double[n][n];
    int[][] layers = new int[n][n];
    for (Slots s : groups.slots(Role.PRODUCES)) {
      WeightSlices filters = WeightSlices.of(s, groups);
      double[][] squares = new double[n][n];
      boolean[][] shared = new boolean[n][n];
      for (int a = 0; a < filters.count(); a++) {
        for (int b = 0; b < filters.count(); b++) {
          // Of a unit with several filters, such as the gates of a cell, like is compared with
          // like.
          if (place.containsKey(s.units()[a])
              && place.containsKey(s.units()[b])
              && occurrence(s.units(), a) == occurrence(s.units(), b)) {
            int i = Objects.requireNonNull(place.get(s.units()[a]));
            int j = Objects.requireNonNull(place.get(s.units()[b]));
            shared[i][j] = true;
            squares[i][j] += square(filters, a, b);
          }
        }
      }
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          distances[i][j] += Math.sqrt(squares[i][j]);
          layers[i][j] += shared[i][j] ? 1 : 0;
        }
      }
    }
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        distances[i][j] /= Math.max(1, layers[i][j]);
      }
    }
    return distances;
  }

  private static int occurrence(int[] units, int at) {
    int before = 0;
    for (int i = 0; i < at; i++) {
      before += units[i] == units[at] ? 1 : 0;
    }
    return before;
  }

  private static double square(WeightSlices filters, int a, int b) {
    double sum = 0;
    for (int i = 0; i < filters.size(); i++) {
      double d = filters.at(a, i) - filters.at(b, i);
      sum += d * d;
    }
    return sum;
  }
}
