package dev.coppice.compiler.compress.prune.criteria;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ReconstructionErrorTest {
  @Test
  void ofTwoEqualUnitsOneGoesForNothingAndTheOtherNot() {
    double[] scores =
        TinyNetworks.scores(
            "reconstruction-error",
            TinyNetworks.of(
                new float[][] {{1, 0, 0}, {1, 0, 0}, {0, 1, 0}, {0, 0, 0.1f}},
                new float[] {0, 0, 0, 0},
                new float[][] {{3, 3, 1, 1}}),
            500);
    double twin = Math.min(scores[0], scores[1]);
    double other = Math.max(scores[0], scores[1]);
    assertTrue(twin < 0.05 * scores[2], "a twin costs next to nothing");
    assertTrue(scores[3] < scores[2], "a weak unit goes before a stronger one");
    assertTrue(scores[2] < other, "the twin that is left counts most");
  }
}
