package dev.coppice.compiler.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Integers and scales that a float tensor consists of: element {@code i} is {@code q * scales[i /
 * period * channels + i % period / stride % channels]}. Weights that were dequantized with one
 * scale for all, for a channel or for a block of a channel keep this form however a schedule orders
 * them: what shares a scale is runs at equal distances, over all of the tensor or over a part.
 *
 * @param scales one per group; not a copy
 * @param channels groups whose elements take turns
 * @param stride elements of a group that lie together
 * @param period elements after which other groups follow
 * @param ulps the largest distance between an element and its decoded value in units in the last
 *     place
 */
public record ScaledLevels(float[] scales, int channels, int stride, int period, int ulps) {
  /**
   * The deviation that one factor folded into {@code q * scale} makes at most: two roundings of the
   * weight against two of the decoded value, half a unit each.
   */
  public static final int MAX_ULPS = 2;

  /** Elements other than zero of the first group that rule out most ways to form groups. */
  private static final int FRONT = 16;

  /** Elements other than zero of some groups that are looked at before all of them are. */
  private static final int SAMPLE = 64;

  /** Elements of a group among which those are looked for. */
  private static final int SEARCHED = 4096;

  /** Fewer elements are integers times a scale by chance. */
  private static final int MIN_GROUP = 8;

  /** Fewer elements are 16-bit integers times a scale by chance. */
  private static final int MIN_WIDE_GROUP = 64;

  /** Levels up to here are looked for in groups of any form and size. */
  private static final int NARROW = 255;

  /**
   * How often the whole tensor may be looked at. Where nearly all elements are zero a sample says
   * little, and there can be thousands of ways to form groups.
   */
  private static final int MAX_ATTEMPTS = 64;

  /** Multiples of it, modulo 1, never come close to each other. */
  private static final double GOLDEN_RATIO = 0.6180339887498949;

  /** The first {@code size} of some positions. */
  private record Listed(int[] indices, int size) implements ScaledIntegers.Elements {
    @Override
    public int at(int i) {
      return indices[i];
    }
  }

  private record Geometry(int size, int channels, int stride, int period) {
    boolean isRun() {
      return channels == 1;
    }

    int groups() {
      return channels * (size / period);
    }

    int groupSize() {
      return size / groups();
    }

    /** The elements of a group. */
    ScaledIntegers.Elements group(int group) {
      int n = groupSize();
      return new ScaledIntegers.Elements() {
        @Override
        public int size() {
          return n;
        }

        @Override
        public int at(int i) {
          return index(group, i);
        }
      };
    }

    /** The first elements of the first group that are not zero. */
    Listed front(Tensor w) {
      int[] indices = new int[FRONT];
      int n = 0;
      for (int k = 0; k < Math.min(groupSize(), SEARCHED) && n < FRONT; k++) {
        int i = index(0, k);
        if (w.floatAt(i) != 0) {
          indices[n++] = i;
        }
      }
      return new Listed(indices, n);
    }

    /** Some elements of a group that are not zero, spread over all of it. */
    ScaledIntegers.Elements sample(Tensor w, int group) {
      int[] indices = new int[SAMPLE];
      int n = 0;
      int searched = Math.min(groupSize(), SEARCHED);
      for (int k = 0; k < searched && n < SAMPLE; k++) {
        double turns = k * GOLDEN_RATIO;
        int i = index(group, (int) ((turns - Math.floor(turns)) * groupSize()));
        if (w.floatAt(i) != 0) {
          indices[n++] = i;
        }
      }
      return new Listed(indices, n);
    }

    private int index(int group, int k) {
      int c = group % channels;
      return group / channels * period + (k / stride * channels + c) * stride + k % stride;
    }
  }

  /** The number of the scale of element {@code i}. */
  public int group(int i) {
    return i / period * channels + i % period / stride % channels;
  }

  /** The integer of element {@code i} with value {@code value}. */
  public int level(int i, float value) {
    return ScaledIntegers.quantized(value, scales[group(i)]);
  }

  /**
   * The form of {@code w} with the fewest scales and integers of a byte, be they with a sign or
   * less a zero point; empty if there is none.
   *
   * @param maxUlps the largest deviation of a decoded value; 0 keeps every bit
   */
  public static Optional<ScaledLevels> inBytes(Tensor w, int maxUlps) {
    boolean fits = w.dtype() == DType.FLOAT32 && w.size() > 0;
    return !fits || maxUlps == 0 && w.hasNegativeZero()
        ? Optional.empty()
        : find(w, maxUlps, w.size(), NARROW).filter(levels -> levels.areBytes(w));
  }

  /** Whether the integers of each group, and 0, are no further apart than a byte tells. */
  private boolean areBytes(Tensor w) {
    int[] least = new int[scales.length];
    int[] most = new int[scales.length];
    for (int i = 0; i < w.size(); i++) {
      int g = group(i);
      int level = level(i, w.floatAt(i));
      least[g] = Math.min(least[g], level);
      most[g] = Math.max(most[g], level);
      if (most[g] - least[g] > NARROW) {
        return false;
      }
    }
    return true;
  }

  /**
   * The form of {@code w} with the fewest scales; empty if there is none.
   *
   * @param maxUlps the largest deviation of a decoded value
   * @param maxScales more scales are not worth their bytes
   * @param maxLevel largest magnitude of an integer
   */
  public static Optional<ScaledLevels> find(Tensor w, int maxUlps, int maxScales, int maxLevel) {
    boolean wide = maxLevel > NARROW;
    int size = w.size();
    int most = Math.min(maxScales, size / (wide ? MIN_WIDE_GROUP : MIN_GROUP));
    int attempts = 0;
    // Elements at the front of the tensor that have no scale: longer runs have none either.
    int failedRun = Integer.MAX_VALUE;
    for (int groups : divisors(size)) {
      if (groups > most) {
        break;
      }
      for (Geometry g : geometries(size, groups, wide)) {
        if (g.isRun() && g.groupSize() >= failedRun) {
          continue;
        }
        Listed front = g.front(w);
        // A few numbers are multiples of another one by chance if the multiples may be large.
        if (wide && front.size < FRONT) {
          continue;
        }
        if (!ScaledIntegers.possible(w, front, maxLevel)) {
          failedRun = g.isRun() ? front.at(front.size - 1) + 1 : failedRun;
        } else if (isPossible(w, g, maxLevel)) {
          Optional<ScaledLevels> found = of(w, g, maxUlps, maxLevel);
          if (found.isPresent() || ++attempts == MAX_ATTEMPTS) {
            return found;
          }
        }
      }
    }
    return Optional.empty();
  }

  /**
   * The ways to form so many groups, long runs first; {@code wide}: only runs, and single elements
   * by turns.
   */
  private static List<Geometry> geometries(int size, int groups, boolean wide) {
    List<Geometry> all = new ArrayList<>();
    int each = size / groups;
    all.add(new Geometry(size, 1, each, each));
    if (wide) {
      all.add(new Geometry(size, groups, 1, size));
      return all;
    }
    List<Integer> channels = divisors(groups);
    List<Integer> strides = divisors(each);
    for (int c = channels.size() - 1; c > 0; c--) {
      for (int s = strides.size() - 2; s >= 0; s--) {
        int turns = channels.get(c);
        all.add(new Geometry(size, turns, strides.get(s), turns * each));
      }
    }
    return all;
  }

  private static boolean isPossible(Tensor w, Geometry g, int maxLevel) {
    int last = g.groups() - 1;
    for (int group : new int[] {0, last / 2, last}) {
      if (!ScaledIntegers.possible(w, g.sample(w, group), maxLevel)) {
        return false;
      }
    }
    return true;
  }

  private static Optional<ScaledLevels> of(Tensor w, Geometry g, int maxUlps, int maxLevel) {
    float[] scales = new float[g.groups()];
    int ulps = 0;
    for (int i = 0; i < scales.length; i++) {
      Optional<ScaledIntegers> fit = ScaledIntegers.of(w, g.group(i), maxUlps, maxLevel);
      if (fit.isEmpty()) {
        return Optional.empty();
      }
      scales[i] = fit.get().scale();
      ulps = Math.max(ulps, fit.get().ulps());
    }
    return Optional.of(new ScaledLevels(scales, g.channels(), g.stride(), g.period(), ulps));
  }

  /** The divisors of {@code n}, ascending. */
  static List<Integer> divisors(int n) {
    List<Integer> low = new ArrayList<>();
    List<Integer> high = new ArrayList<>();
    for (int d = 1; (long) d * d <= n; d++) {
      if (n % d == 0) {
        low.add(d);
        if (d != n / d) {
          high.add(0, n / d);
        }
      }
    }
    low.addAll(high);
    return low;
  }
}
