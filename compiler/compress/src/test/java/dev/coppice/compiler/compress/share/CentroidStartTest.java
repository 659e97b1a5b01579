package dev.coppice.compiler.compress.share;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class CentroidStartTest {
  private static SortedValues ramp() {
    float[] weights = new float[1000];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = i * i / 1000f;
    }
    return SortedValues.of(weights);
  }

  @Test
  void linearCentroidsAreEvenlySpaced() {
    double max = 999 * 999 / 1000f;
    assertArrayEquals(
        new double[] {0, max / 2, max}, CentroidStart.LINEAR.centroids(ramp(), 3, 0), 1e-9);
    assertArrayEquals(new double[] {max / 2}, CentroidStart.LINEAR.centroids(ramp(), 1, 0), 1e-9);
  }

  @Test
  void densityCentroidsAreQuantiles() {
    double[] expected = {
      125 * 125 / 1000f, 375 * 375 / 1000f, 625 * 625 / 1000f, 875 * 875 / 1000f
    };
    assertArrayEquals(expected, CentroidStart.DENSITY.centroids(ramp(), 4, 0));
  }

  @Test
  void chanceIsDecidedByTheSeed() {
    for (CentroidStart start :
        new CentroidStart[] {CentroidStart.RANDOM, CentroidStart.KMEANS_PLUS_PLUS}) {
      double[] once = start.centroids(ramp(), 8, 5);
      assertEquals(8, once.length);
      assertArrayEquals(once, start.centroids(ramp(), 8, 5));
      assertTrue(!Arrays.equals(once, start.centroids(ramp(), 8, 6)));
    }
  }

  @Test
  void kMeansPlusPlusFindsFarGroups() {
    float[] weights = new float[300];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = i % 3 * 1000 + i / 3 * 0.01f;
    }
    SortedValues values = SortedValues.of(weights);
    for (long seed = 0; seed < 20; seed++) {
      double[] found = CentroidStart.KMEANS_PLUS_PLUS.centroids(values, 3, seed);
      for (int j = 0; j < 3; j++) {
        assertEquals(1000 * j, found[j], 1);
      }
    }
  }

  @Test
  void optimalCentroidsAreTheMeansOfTheBestPartition() {
    SortedValues values = SortedValues.of(new float[] {0, 1, 10, 11, 12, 50});
    assertArrayEquals(
        new double[] {0.5, 11, 50}, CentroidStart.OPTIMAL.centroids(values, 3, 0), 1e-12);
  }
}
