package dev.coppice.compiler.compress.binarize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.Compressor;
import dev.coppice.compiler.compress.recipe.Session;
import dev.coppice.compiler.compress.testing.Compiled;
import dev.coppice.compiler.compress.testing.DigitsNetwork;
import dev.coppice.compiler.compress.testing.RealModels;
import dev.coppice.compiler.compress.testing.Recipes;
import dev.coppice.compiler.compress.testing.SmallNetwork;
import dev.coppice.compiler.tensor.Tensor;
import org.junit.jupiter.api.Test;

class TernarizeTest {
  private static final String RECIPE =
      """
      steps:
        - method: ternarize
          granularity: channel
          threshold: optimal
      """;

  @Test
  void theOptimalThresholdIsNearer() {
    String recipe = "steps: [{method: ternarize, threshold: %s, layers: [pw]}]";
    double twn = error(recipe.formatted("twn"));
    double optimal = error(recipe.formatted("optimal"));
    assertTrue(optimal < twn, optimal + " against " + twn);
  }

  private static double error(String recipe) {
    Session session = Recipes.run(SmallNetwork.of(13), recipe);
    Tensor before = session.original().constant("pw.weight").orElseThrow();
    Tensor after = session.graph().known("pw.weight_dequantized").orElseThrow();
    double sum = 0;
    for (int i = 0; i < before.size(); i++) {
      sum += Math.pow(after.doubleAt(i) - before.doubleAt(i), 2);
    }
    return sum;
  }

  @Test
  void digitsAreRecognisedAsPublished() {
    String recipe = "steps: [{method: ternarize, granularity: tensor, ends: true}]";
    double sum = 0;
    for (int seed = 0; seed < DigitsNetwork.SEEDS; seed++) {
      DigitsNetwork net = DigitsNetwork.of(seed);
      sum += net.accuracy(Recipes.run(net.graph(), recipe).graph());
    }
    assertEquals(.888, sum / DigitsNetwork.SEEDS, .03);
  }

  @Test
  void theExampleOfTheDocumentationWorks() {
    Compressor.Result result = RealModels.MNIST_CNN.compress(1, 100, RECIPE);
    assertTrue(
        result.lastScore().orElseThrow() > result.score().orElseThrow() - 10,
        result.lastScore().toString());
    long bytes = Compiled.bytes(result.compressed());
    long original = Compiled.bytes(result.original());
    assertTrue(bytes < original / 8, bytes + " of " + original);
  }
}
