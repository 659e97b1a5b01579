package dev.coppice.compiler.compress.share;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class OptimalPartitionTest {
  @Test
  void isTheBestOfAllPartitions() {
    Random random = new Random(1);
    for (int trial = 0; trial < 200; trial++) {
      float[] weights = new float[6 + random.nextInt(8)];
      for (int i = 0; i < weights.length; i++) {
        weights[i] = trial % 2 == 0 ? random.nextInt(20) : (float) random.nextGaussian();
      }
      SortedValues values = SortedValues.of(weights);
      for (int k = 1; k < values.size() && k <= 5; k++) {
        Intervals best = OptimalPartition.of(values, k);
        assertEquals(k, best.means().length);
        assertEquals(least(values, 0, k), best.error(), 1e-9);
      }
    }
  }

  /** The least error of k intervals that begin at {@code from}, by trying all. */
  private static double least(SortedValues values, int from, int k) {
    int n = values.size();
    if (k == 1) {
      return values.spread(from, n);
    }
    double least = Double.POSITIVE_INFINITY;
    for (int to = from + 1; to <= n - k + 1; to++) {
      least = Math.min(least, values.spread(from, to) + least(values, to, k - 1));
    }
    return least;
  }

  @Test
  void manyValuesAreDividedInBins() {
    Random random = new Random(2);
    float[] weights = new float[300_000];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) (i % 3 * 10 + random.nextGaussian());
    }
    SortedValues values = SortedValues.of(weights);
    assertTrue(values.size() > OptimalPartition.MAX_POINTS);
    double[] means = OptimalPartition.of(values, 3).means();
    for (int j = 0; j < 3; j++) {
      assertEquals(10 * j, means[j], 0.01);
    }
  }

  @Test
  void oneFarValueDoesNotTakeTheBins() {
    float[] weights = new float[200_000];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = i;
    }
    weights[0] = 1e10f;
    SortedValues values = SortedValues.of(weights);
    double[] means = OptimalPartition.of(values, 5).means();
    assertEquals(5, means.length);
    assertEquals(1e10f, means[4], 1);
    assertEquals(25_000, means[0], 5);
    assertEquals(175_000, means[3], 5);
  }
}
