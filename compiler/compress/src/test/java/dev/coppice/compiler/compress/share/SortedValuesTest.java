package dev.coppice.compiler.compress.share;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class SortedValuesTest {
  private final SortedValues values = SortedValues.of(new float[] {3, -1, 0, 3, -0f, 7, 3});

  @Test
  void equalValuesAreOneAndZeroHasNoSign() {
    assertEquals(4, values.size());
    assertEquals(-1, values.value(0));
    assertEquals(0f, values.value(1));
    assertEquals(7, values.value(3));
    assertEquals(2, values.count(1, 2));
    assertEquals(6, values.count(1, 4));
  }

  @Test
  void sumsCountEveryWeight() {
    assertEquals(16.0 / 4, values.mean(2, 4));
    assertEquals(3 * 1 + 9, values.spread(2, 4), 1e-12);
    assertEquals(3 * 4 + 4, values.spread(2, 4, 5), 1e-12);
    assertEquals(0, values.spread(2, 3));
  }

  @Test
  void positionsAreFoundByRankAndByBound() {
    int[] positions = {0, 1, 1, 2, 2, 2, 3};
    for (int rank = 0; rank < positions.length; rank++) {
      assertEquals(positions[rank], values.positionOf(rank));
    }
    assertEquals(0, values.firstAbove(-2, 0));
    assertEquals(1, values.firstAbove(-1, 0));
    assertEquals(2, values.firstAbove(2.9, 0));
    assertEquals(3, values.firstAbove(-2, 3));
    assertEquals(4, values.firstAbove(7, 0));
  }
}
