package dev.coppice.compiler.tensor;

import java.util.Optional;

/**
 * One scale for some elements of a tensor: each is an integer times the scale.
 *
 * @param scale the scale; 1 if all elements are zero
 * @param ulps the largest distance between an element and {@code q * scale} in float, in units in
 *     the last place of float
 */
public record ScaledIntegers(float scale, int ulps) {
  /**
   * How far, relative to itself, {@code w / scale} may be from an integer: four roundings to float,
   * which is what an element and its scale went through.
   */
  private static final double SLACK = 0x1p-21;

  /** Elements that rule out most levels. */
  private static final int TRIED_FIRST = 64;

  /** Float neighbours of the estimated scale that are tried on either side. */
  private static final int NEIGHBOURS = 2;

  /** The elements of a channel, in any order. */
  public interface Elements {
    /** How many. */
    int size();

    /** Position in the tensor of element {@code i}. */
    int at(int i);
  }

  /**
   * Whether a scale could exist for these elements, judged without rounding.
   *
   * @param maxLevel largest magnitude of an integer
   */
  public static boolean possible(Tensor w, Elements elements, int maxLevel) {
    double most = most(w, elements);
    return most == 0 || (most > 0 && level(w, elements, most, maxLevel) > 0);
  }

  /**
   * The scale that fits best; empty if none is within {@code maxUlps} of every element.
   *
   * @param maxLevel largest magnitude of an integer
   */
  public static Optional<ScaledIntegers> of(
      Tensor w, Elements elements, int maxUlps, int maxLevel) {
    double most = most(w, elements);
    if (most == 0) {
      return Optional.of(new ScaledIntegers(1, 0));
    }
    int level = most > 0 ? level(w, elements, most, maxLevel) : 0;
    if (level == 0) {
      return Optional.empty();
    }
    float estimate = (float) estimate(w, elements, most / level);
    ScaledIntegers best = new ScaledIntegers(estimate, ulps(w, elements, estimate));
    float up = estimate;
    float down = estimate;
    for (int i = 0; i < NEIGHBOURS && best.ulps > 0; i++) {
      up = Math.nextUp(up);
      down = Math.nextDown(down);
      best = better(best, new ScaledIntegers(up, ulps(w, elements, up)));
      best = better(best, new ScaledIntegers(down, ulps(w, elements, down)));
    }
    return best.ulps <= maxUlps && best.scale >= Float.MIN_NORMAL
        ? Optional.of(best)
        : Optional.empty();
  }

  /** The integer that {@code value} stands for. */
  public static int quantized(float value, float scale) {
    return (int) Math.rint((double) value / scale);
  }

  private static ScaledIntegers better(ScaledIntegers a, ScaledIntegers b) {
    return b.ulps < a.ulps ? b : a;
  }

  /** The largest magnitude, or -1 if an element is not finite. */
  private static double most(Tensor w, Elements elements) {
    double most = 0;
    for (int i = 0; i < elements.size(); i++) {
      float v = Math.abs(w.floatAt(elements.at(i)));
      if (!(v <= Float.MAX_VALUE)) {
        return -1;
      }
      most = Math.max(most, v);
    }
    return most;
  }

  /** The smallest level of the largest magnitude that makes all elements integers, or 0. */
  private static int level(Tensor w, Elements elements, double most, int maxLevel) {
    double[] first = new double[Math.min(elements.size(), TRIED_FIRST)];
    for (int i = 0; i < first.length; i++) {
      first[i] = Math.abs(w.floatAt(elements.at(i)));
    }
    for (int level = 1; level <= maxLevel; level++) {
      if (isInteger(first, level / most) && isInteger(w, elements, level / most)) {
        return level;
      }
    }
    return 0;
  }

  private static boolean isInteger(double[] magnitudes, double inverse) {
    for (double magnitude : magnitudes) {
      double q = magnitude * inverse;
      if (Math.abs(q - Math.rint(q)) > q * SLACK) {
        return false;
      }
    }
    return true;
  }

  private static boolean isInteger(Tensor w, Elements elements, double inverse) {
    for (int i = TRIED_FIRST; i < elements.size(); i++) {
      double q = w.floatAt(elements.at(i)) * inverse;
      if (Math.abs(q - Math.rint(q)) > Math.abs(q) * SLACK) {
        return false;
      }
    }
    return true;
  }

  /** The middle of the scales that round to every element, or between the outermost of them. */
  private static double estimate(Tensor w, Elements elements, double scale) {
    double low = 0;
    double high = Double.MAX_VALUE;
    for (int i = 0; i < elements.size(); i++) {
      float v = Math.abs(w.floatAt(elements.at(i)));
      double q = Math.rint(v / scale);
      if (q != 0) {
        double half = Math.ulp(v) / 2.0;
        low = Math.max(low, (v - half) / q);
        high = Math.min(high, (v + half) / q);
      }
    }
    return (low + high) / 2;
  }

  private static int ulps(Tensor w, Elements elements, float scale) {
    int worst = 0;
    for (int i = 0; i < elements.size(); i++) {
      float v = w.floatAt(elements.at(i));
      float decoded = quantized(v, scale) * scale;
      int distance =
          Math.abs(
              Float.floatToRawIntBits(Math.abs(v)) - Float.floatToRawIntBits(Math.abs(decoded)));
      worst = Math.max(worst, distance);
    }
    return worst;
  }
}
