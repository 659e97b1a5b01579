package dev.coppice.compiler.compress.prune.criteria;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.model.OnnxGraph;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GeometricMedianTest {
  private static OnnxGraph filters(float... values) {
    float[][] w1 = new float[values.length][1];
    float[][] w2 = new float[1][values.length];
    for (int i = 0; i < values.length; i++) {
      w1[i][0] = values[i];
      w2[0][i] = 1;
    }
    return TinyNetworks.of(w1, new float[values.length], w2);
  }

  @Test
  void theOneInTheMiddleGoesFirstWhileANormRemovesTheSmallest() {
    // Sums of distances are 13, 11, 11, 27; the first of the two smallest goes, at a mean of 11/3.
    OnnxGraph graph = filters(0, 1, 2, 10);
    double[] scores = TinyNetworks.scores("fpgm", graph, 1);
    assertEquals(11.0 / 3, scores[1], 1e-12);
    assertEquals(1, first(scores));
    assertEquals(0, first(TinyNetworks.scores("l1", graph, 1)));
  }

  @Test
  void aConstantAddedToAllFiltersChangesNothing() {
    assertArrayEquals(
        TinyNetworks.scores("fpgm", filters(0, 1, 2, 10), 1),
        TinyNetworks.scores("fpgm", filters(5, 6, 7, 15), 1),
        1e-12);
  }

  @Test
  void ofTwoThatReplaceEachOtherOnlyOneGoes() {
    // By distances alone both twins would go before the others.
    double[] scores = TinyNetworks.scores("fpgm", filters(1, 1, -3, 3.5f, 1.2f), 1);
    int[] order =
        IntStream.range(0, 5)
            .boxed()
            .sorted((a, b) -> Double.compare(scores[a], scores[b]))
            .mapToInt(i -> i)
            .toArray();
    assertTrue(order[0] < 2, "a twin goes first");
    assertTrue(scores[order[1]] > scores[order[0]]);
    assertEquals(5, IntStream.of(order).distinct().count());
  }

  @Test
  void manyFiltersAreRatedByTheirDistancesAlone() {
    float[] values = new float[GeometricMedian.SMALL + 1];
    for (int i = 0; i < values.length; i++) {
      values[i] = i / 2;
    }
    double[] scores = TinyNetworks.scores("fpgm", filters(values), 1);
    // Twins are rated alike.
    assertEquals(scores[32], scores[33]);
    double sum = 0;
    for (float v : values) {
      sum += Math.abs(v - 16);
    }
    assertEquals(sum / GeometricMedian.SMALL, scores[32], 1e-12);
  }

  private static int first(double[] scores) {
    int first = 0;
    for (int i = 1; i < scores.length; i++) {
      first = scores[i] < scores[first] ? i : first;
    }
    return first;
  }
}
