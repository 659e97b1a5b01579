package dev.coppice.compiler.pass;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import org.junit.jupiter.api.Test;

final class EquivalenceTest {
  private static Tensor floats(float... values) {
    return Tensor.ofFloats(Shape.of(values.length), values);
  }

  @Test
  void exactAllowsOnlyTheSignOfZero() {
    Tensor before = floats(0f, Float.NaN, 1f);
    assertTrue(Equivalence.EXACT.accepts(before, floats(-0f, Float.NaN, 1f)));
    assertFalse(Equivalence.EXACT.accepts(before, floats(0f, Float.NaN, Math.nextUp(1f))));
  }

  @Test
  void reassociatedAllowsRoundingErrors() {
    Tensor before = floats(1000f, 1f);
    assertTrue(Equivalence.REASSOCIATED.accepts(before, floats(1000f, 1.001f)));
    assertFalse(Equivalence.REASSOCIATED.accepts(before, floats(1000f, 1.02f)));
    assertFalse(Equivalence.REASSOCIATED.accepts(before, floats(Float.NaN, 1f)));
  }

  @Test
  void integersAreEqualOrNot() {
    Tensor before = Tensor.ofLongs(Shape.of(1), Long.MAX_VALUE);
    Tensor after = Tensor.ofLongs(Shape.of(1), Long.MAX_VALUE - 1);
    assertTrue(Equivalence.REASSOCIATED.accepts(before, before));
    assertFalse(Equivalence.REASSOCIATED.accepts(before, after));
  }

  @Test
  void typesMustBeEqual() {
    assertFalse(Equivalence.LOSSY.accepts(floats(1f, 2f), Tensor.ofFloats(Shape.of(1, 2), 1f, 2f)));
  }

  @Test
  void weakerOfTwo() {
    assertEquals(Equivalence.LOSSY, Equivalence.EXACT.and(Equivalence.LOSSY));
    assertEquals(Equivalence.REASSOCIATED, Equivalence.REASSOCIATED.and(Equivalence.EXACT));
  }
}
