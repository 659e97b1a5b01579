package dev.coppice.compiler.tensor;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ToleranceTest {
  private static final Tolerance T = new Tolerance(0.125, 0.5);

  @Test
  void boundIsAbsolutePlusRelativeToTheExpectedValue() {
    assertTrue(T.accepts(8, 9.5));
    assertTrue(T.accepts(-8, -9.5));
    assertFalse(T.accepts(8, Math.nextUp(9.5)));
    assertFalse(T.accepts(8, 6.4));
    assertTrue(T.accepts(0, -0.5));
  }

  @Test
  void exactMeansEqualAndZerosOfBothSignsAreEqual() {
    assertTrue(Tolerance.EXACT.accepts(0.1, 0.1));
    assertTrue(Tolerance.EXACT.accepts(0.0, -0.0));
    assertFalse(Tolerance.EXACT.accepts(0.1, Math.nextUp(0.1)));
  }

  @Test
  void nanIsCloseToNanAlone() {
    assertTrue(T.accepts(Double.NaN, Double.NaN));
    assertFalse(T.accepts(Double.NaN, 0));
    assertFalse(T.accepts(0, Double.NaN));
    assertFalse(T.accepts(Double.NaN, Double.POSITIVE_INFINITY));
  }

  @Test
  void infinityIsCloseToItselfAlone() {
    assertTrue(T.accepts(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY));
    assertFalse(T.accepts(Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY));
    assertFalse(T.accepts(Double.POSITIVE_INFINITY, 1e308));
    assertFalse(T.accepts(1e308, Double.POSITIVE_INFINITY));
    assertFalse(T.accepts(Double.NEGATIVE_INFINITY, Double.NaN));
  }
}
