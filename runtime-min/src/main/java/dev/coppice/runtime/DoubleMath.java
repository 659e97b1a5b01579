package dev.coppice.runtime;

/** Functions of {@code double} that {@link Math} lacks, with one result on every JVM. */
public final strictfp class DoubleMath {
  /** Terms of the series of erf: enough for |x| below {@link #SERIES_MAX}. */
  private static final int SERIES_TERMS = 60;

  private static final double SERIES_MAX = 2.5;

  /** Levels of the continued fraction of erfc: enough for |x| from {@link #SERIES_MAX}. */
  private static final int FRACTION_LEVELS = 60;

  private static final double TWO_OVER_ROOT_PI = 1.1283791670955126;

  private static final double ROOT_PI = 1.7724538509055159;

  private DoubleMath() {}

  /** {@code 1 / (1 + exp(-x))}. */
  public static double sigmoid(double x) {
    double e = StrictMath.exp(-Math.abs(x));
    return (x < 0 ? e : 1) / (1 + e);
  }

  /** The Gauss error function; relative error below 1e-14, odd in x. */
  public static double erf(double x) {
    double t = Math.abs(x);
    if (t >= 6) {
      return x > 0 ? 1 : -1;
    }
    if (!(t >= SERIES_MAX)) {
      // exp(-x^2) times a series of positive terms: nothing cancels. NaN comes this way too.
      double term = x;
      double sum = x;
      for (int n = 1; n < SERIES_TERMS; n++) {
        term *= 2 * x * x / (2 * n + 1);
        sum += term;
      }
      return TWO_OVER_ROOT_PI * StrictMath.exp(-x * x) * sum;
    }
    double fraction = t;
    for (int k = FRACTION_LEVELS; k > 0; k--) {
      fraction = t + 0.5 * k / fraction;
    }
    double tail = StrictMath.exp(-t * t) / (ROOT_PI * fraction);
    return x > 0 ? 1 - tail : tail - 1;
  }

  /** The inverse hyperbolic sine, odd in x. */
  public static double asinh(double x) {
    double t = Math.abs(x);
    double y =
        t > 0x1p28
            ? StrictMath.log(t) + StrictMath.log(2)
            : StrictMath.log1p(t + t * t / (1 + Math.sqrt(t * t + 1)));
    return Math.copySign(y, x);
  }

  /** The inverse hyperbolic cosine; NaN below 1. */
  public static double acosh(double x) {
    if (x > 0x1p28) {
      return StrictMath.log(x) + StrictMath.log(2);
    }
    // Far below 1 the sum under the logarithm would cancel to a number.
    double t = x < 1 ? Double.NaN : x - 1;
    return StrictMath.log1p(t + Math.sqrt(2 * t + t * t));
  }

  /** The inverse hyperbolic tangent, odd in x; NaN beyond 1. */
  public static double atanh(double x) {
    double t = Math.abs(x);
    return Math.copySign(0.5 * StrictMath.log1p(2 * t / (1 - t)), x);
  }

  /** {@code x - y * floor(x / y)}: the remainder with the divisor's sign. */
  public static double floorMod(double x, double y) {
    double r = x % y;
    return r != 0 && r < 0 != y < 0 ? r + y : r;
  }
}
