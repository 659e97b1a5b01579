package dev.coppice.compiler.pass;

import dev.coppice.compiler.tensor.Tensor;

/**
 * How close the results of a rewritten graph are to those of the graph before, in order of
 * decreasing closeness.
 */
public enum Equivalence {
  /** Every element is equal; zeros may differ in sign. */
  EXACT,
  /** Equal in real arithmetic; in floats the roundings differ. */
  REASSOCIATED,
  /** Different results, whose quality is to be measured. */
  LOSSY;

  private static final double MAX_RELATIVE_L2 = 1e-5;
  private static final double MAX_ERROR = 1e-4;

  /** The weaker of both. */
  public Equivalence and(Equivalence other) {
    return compareTo(other) >= 0 ? this : other;
  }

  /**
   * Whether {@code after} is as close to {@code before} as promised. Types must be equal. {@link
   * #REASSOCIATED} allows floats a relative L2 error of 1e-5 and a largest error of 1e-4 of the
   * largest magnitude, and is equality for other types.
   */
  public boolean accepts(Tensor before, Tensor after) {
    if (!before.type().equals(after.type())) {
      return false;
    }
    return switch (this) {
      case LOSSY -> true;
      case REASSOCIATED ->
          before.dtype().isFloat() ? isNear(before, after) : isEqual(before, after);
      case EXACT -> isEqual(before, after);
    };
  }

  private static boolean isEqual(Tensor before, Tensor after) {
    for (int i = 0; i < before.size(); i++) {
      boolean equal =
          before.dtype().isFloat()
              ? same(before.doubleAt(i), after.doubleAt(i))
              : before.longAt(i) == after.longAt(i);
      if (!equal) {
        return false;
      }
    }
    return true;
  }

  private static boolean isNear(Tensor before, Tensor after) {
    double error = 0;
    double norm = 0;
    double worst = 0;
    double largest = 1;
    for (int i = 0; i < before.size(); i++) {
      double b = before.doubleAt(i);
      double a = after.doubleAt(i);
      if (!Double.isFinite(b) || !Double.isFinite(a)) {
        if (same(b, a)) {
          continue;
        }
        return false;
      }
      error += (a - b) * (a - b);
      norm += b * b;
      worst = Math.max(worst, Math.abs(a - b));
      largest = Math.max(largest, Math.abs(b));
    }
    return Math.sqrt(error) <= MAX_RELATIVE_L2 * Math.max(Math.sqrt(norm), 1)
        && worst <= MAX_ERROR * largest;
  }

  private static boolean same(double b, double a) {
    return a == b || Double.isNaN(a) && Double.isNaN(b);
  }
}
