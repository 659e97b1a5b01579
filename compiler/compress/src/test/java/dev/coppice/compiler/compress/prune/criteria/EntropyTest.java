package dev.coppice.compiler.compress.prune.criteria;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EntropyTest {
  @Test
  void aConstantHasNoneAndUniformValuesHaveTheLogarithmOfTheBins() {
    assertEquals(0, Entropy.of(List.of(2.0, 2.0, 2.0)));
    List<Double> uniform = new ArrayList<>();
    List<Double> scaled = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      uniform.add(i / 9999.0);
      scaled.add(7 - 3 * (i / 9999.0));
    }
    assertEquals(Math.log(100), Entropy.of(uniform), 1e-3);
    assertEquals(Entropy.of(uniform), Entropy.of(scaled), 1e-3);
  }

  @Test
  void aConstantUnitGoesFirst() {
    double[] scores =
        TinyNetworks.scores(
            "entropy",
            TinyNetworks.of(new float[][] {{1}, {0}}, new float[] {3, 5}, new float[][] {{1, 1}}),
            300);
    assertEquals(0, scores[1]);
    assertTrue(scores[0] > 2);
  }
}
