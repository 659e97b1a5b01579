package dev.coppice.compiler.ir;

import dev.coppice.compiler.tensor.Tolerance;

/**
 * How close compiled code comes to {@link Op#evaluate}: a property of the operator, never a number
 * in a test.
 */
public enum Numerics {
  /** Equal: integer arithmetic, data movement, single roundings. */
  EXACT(Tolerance.EXACT),
  /** Float additions in another order, or elementary functions within a few ulp. */
  CLOSE(Tolerance.CLOSE),
  /** Algorithms that lose a few bits more, such as Winograd or long float sums. */
  LOOSE(new Tolerance(1e-3, 1e-4));

  private final Tolerance tolerance;

  Numerics(Tolerance tolerance) {
    this.tolerance = tolerance;
  }

  /** The tolerance of float32 results. */
  public Tolerance tolerance() {
    return tolerance;
  }
}
