package dev.coppice.compiler.compress.prune.criteria;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ActivationVarianceTest {
  @Test
  void isThatOfTheActivations() {
    double[] scores =
        TinyNetworks.scores(
            "activation-variance",
            TinyNetworks.of(
                new float[][] {{2}, {0}}, new float[] {100, 1000}, new float[][] {{1, 1}}),
            4000);
    assertEquals(4, scores[0], 0.3);
    assertEquals(0, scores[1]);
  }
}
