package dev.coppice.compiler.compress.binarize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.Compressor;
import dev.coppice.compiler.compress.testing.Compiled;
import dev.coppice.compiler.compress.testing.DigitsNetwork;
import dev.coppice.compiler.compress.testing.RealModels;
import dev.coppice.compiler.compress.testing.Recipes;
import org.junit.jupiter.api.Test;

class BinarizeTest {
  private static final String RECIPE =
      """
      steps:
        - method: binarize
          granularity: channel
      """;

  @Test
  void digitsAreRecognisedAsPublished() {
    String recipe = "steps: [{method: binarize, granularity: tensor, ends: true}]";
    double sum = 0;
    for (int seed = 0; seed < DigitsNetwork.SEEDS; seed++) {
      DigitsNetwork net = DigitsNetwork.of(seed);
      sum += net.accuracy(Recipes.run(net.graph(), recipe).graph());
    }
    assertEquals(.803, sum / DigitsNetwork.SEEDS, .03);
  }

  @Test
  void theExampleOfTheDocumentationWorks() {
    Compressor.Result result = RealModels.MNIST_CNN.compress(1, 100, RECIPE);
    assertTrue(result.lastScore().orElseThrow() > 50, result.lastScore().toString());
    long bytes = Compiled.bytes(result.compressed());
    long original = Compiled.bytes(result.original());
    assertTrue(bytes < original / 8, bytes + " of " + original);
  }
}
