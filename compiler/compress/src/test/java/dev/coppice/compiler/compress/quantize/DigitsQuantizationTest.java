package dev.coppice.compiler.compress.quantize;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.compress.testing.DigitsNetwork;
import dev.coppice.compiler.compress.testing.Recipes;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The expected figures of the calibration experiment, over its five seeds. */
class DigitsQuantizationTest {
  @Test
  void bytesAndHalvesKeepTheAccuracy() {
    double dense = 0;
    double bytes = 0;
    double halves = 0;
    for (int seed = 0; seed < DigitsNetwork.SEEDS; seed++) {
      DigitsNetwork network = DigitsNetwork.of(seed);
      dense += network.accuracy(network.graph()) / DigitsNetwork.SEEDS;
      bytes += accuracy(network, "int8, granularity: tensor") / DigitsNetwork.SEEDS;
      halves += accuracy(network, "fp16") / DigitsNetwork.SEEDS;
    }
    assertEquals(0.969, dense, 0.01);
    assertEquals(0.970, bytes, 0.01);
    assertEquals(dense, halves, 1.0 / 500, "within a digit");
  }

  private static double accuracy(DigitsNetwork network, String type) {
    return network.accuracy(
        Recipes.run(
                network.graph(),
                Optional.empty(),
                "steps: [{method: quantize-weights, type: " + type + "}]")
            .graph());
  }
}
