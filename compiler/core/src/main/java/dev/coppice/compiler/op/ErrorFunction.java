package dev.coppice.compiler.op;

/** The error function in double, for evaluation. */
final class ErrorFunction {
  private ErrorFunction() {}

  /** {@code 2 / sqrt(pi)} times the integral of {@code exp(-t^2)} from 0 to x, within 1e-14. */
  static double erf(double x) {
    double a = Math.abs(x);
    if (Double.isNaN(x)) {
      return x;
    }
    if (a > 6) {
      return Math.signum(x);
    }
    return a < 3 ? series(x) : Math.signum(x) * (1 - tail(a));
  }

  /** {@code 2 / sqrt(pi) * sum (-1)^n x^(2n+1) / (n! (2n+1))}. */
  private static double series(double x) {
    double power = x;
    double sum = x;
    for (int n = 1; n < 100; n++) {
      power *= -x * x / n;
      sum += power / (2 * n + 1);
    }
    return sum * 2 / Math.sqrt(Math.PI);
  }

  /**
   * The complement by its continued fraction {@code exp(-x^2) / sqrt(pi) / (x + 1/2 / (x + 1 / (x +
   * 3/2 / ...)))}.
   */
  private static double tail(double x) {
    double f = x;
    for (int n = 100; n >= 1; n--) {
      f = x + n / 2.0 / f;
    }
    return Math.exp(-x * x) / (Math.sqrt(Math.PI) * f);
  }
}
