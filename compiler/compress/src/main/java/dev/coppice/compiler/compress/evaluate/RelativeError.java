package dev.coppice.compiler.compress.evaluate;

import dev.coppice.compiler.tensor.Tensor;

/**
 * How far tensors are from what they should be: {@code sqrt(sum (a - b)^2 / sum a^2)} with {@code
 * a} expected, over all elements of all pairs; 0 where nothing differs, infinite where something
 * does and all expected elements are 0.
 */
public final class RelativeError {
  private double difference;
  private double norm;

  /** The error of one tensor. */
  public static double of(Tensor expected, Tensor actual) {
    RelativeError error = new RelativeError();
    error.add(expected, actual);
    return error.value();
  }

  /**
   * Adds a pair.
   *
   * @throws IllegalArgumentException if their shapes differ
   */
  public void add(Tensor expected, Tensor actual) {
    if (!expected.shape().equals(actual.shape())) {
      throw new IllegalArgumentException(expected.type() + " and " + actual.type());
    }
    for (int i = 0; i < expected.size(); i++) {
      double e = expected.doubleAt(i);
      double d = e - actual.doubleAt(i);
      difference += d * d;
      norm += e * e;
    }
  }

  /** The error of all pairs together. */
  public double value() {
    return difference == 0 ? 0 : Math.sqrt(difference / norm);
  }
}
