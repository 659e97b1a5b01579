package dev.coppice.compiler.compress.prune.criteria;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ZeroShareTest {
  @Test
  void aDeadUnitIsAlwaysZeroAndAnotherHalfOfTheTime() {
    double[] scores =
        TinyNetworks.scores(
            "apoz",
            TinyNetworks.of(
                new float[][] {{1}, {1}, {1}},
                new float[] {-1e9f, 0, 1e9f},
                new float[][] {{1, 1, 1}}),
            2000);
    assertEquals(0, scores[0]);
    assertEquals(0.5, scores[1], 0.05);
    assertEquals(1, scores[2]);
  }
}
