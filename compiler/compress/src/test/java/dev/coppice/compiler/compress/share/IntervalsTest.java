package dev.coppice.compiler.compress.share;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class IntervalsTest {
  private final SortedValues values = SortedValues.of(new float[] {0, 1, 2, 3, 10, 20});

  @Test
  void aValueHalfwayGoesToTheLowerCentroid() {
    Intervals intervals = Intervals.nearest(values, new double[] {1, 3, 5, 5, 30});
    assertArrayEquals(new int[] {0, 3, 4, 4, 5, 6}, intervals.bounds());
    assertArrayEquals(new double[] {1, 3, 10, 20}, intervals.means());
    assertEquals(2, intervals.error(), 1e-12);
    assertTrue(intervals.sameBounds(Intervals.nearest(values, new double[] {1, 3, 5, 5, 29})));
    assertFalse(intervals.sameBounds(Intervals.nearest(values, new double[] {1, 3, 9, 11, 29})));
  }

  @Test
  void theFarthestValueIsFarFromItsOwnCentroid() {
    double[] centroids = {0, 14};
    assertEquals(20, Intervals.nearest(values, centroids).farthest(centroids));
    double[] high = {-9, 20};
    assertEquals(3, Intervals.nearest(values, high).farthest(high));
  }

  @Test
  void placesByDistanceAreAsWideAsTheSquaredDistance() {
    double[] centroids = {1, 10};
    Intervals intervals = Intervals.nearest(values, centroids);
    // Squared distances 1, 0, 1, 4, 0, 100 of 106.
    double[] places = {0, 0.9, 1.1, 1.9, 2.1, 5.9, 6.1, 105.9};
    float[] expected = {0, 0, 2, 2, 3, 3, 20, 20};
    for (int i = 0; i < places.length; i++) {
      assertEquals(expected[i], intervals.atDistance(centroids, places[i] / 106));
    }
  }
}
