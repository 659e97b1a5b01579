package dev.coppice.compiler.tensor;

/**
 * Closeness of two results: {@code |actual - expected| <= atol + rtol * |expected|}; NaN equals
 * NaN.
 *
 * @param rtol relative part
 * @param atol absolute part
 */
public record Tolerance(double rtol, double atol) {
  /** Equal values. */
  public static final Tolerance EXACT = new Tolerance(0, 0);

  /** Float32 results whose additions may be reordered. */
  public static final Tolerance CLOSE = new Tolerance(1e-4, 1e-5);

  /** What the ONNX backend test runner uses. */
  public static final Tolerance ONNX = new Tolerance(1e-3, 1e-7);

  /** Whether {@code actual} is close enough to {@code expected}. */
  public boolean accepts(double expected, double actual) {
    if (Double.isNaN(expected) || Double.isInfinite(expected)) {
      return Double.compare(expected, actual) == 0
          || Double.isNaN(expected) && Double.isNaN(actual);
    }
    return expected == actual || Math.abs(actual - expected) <= atol + rtol * Math.abs(expected);
  }
}
