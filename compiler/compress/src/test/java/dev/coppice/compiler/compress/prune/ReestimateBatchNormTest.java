package dev.coppice.compiler.compress.prune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.Compressor;
import dev.coppice.compiler.compress.model.Layer;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.testing.DigitsNetwork;
import dev.coppice.compiler.compress.testing.DigitsRecipe;
import dev.coppice.compiler.compress.testing.RealModels;
import org.junit.jupiter.api.Test;

class ReestimateBatchNormTest {
  @Test
  void anUnprunedNetworkStaysAsGoodAsItIs() {
    Compressor.Result result =
        RealModels.MNIST_CONV_BN.compress(
            500, 2000, "backend: vector\nsteps: [{method: re-estimate-batch-norm}]");
    double drop = result.score().orElseThrow() - result.steps().get(0).score().orElseThrow();
    assertTrue(Math.abs(drop) < 0.5, "drop " + drop);
  }

  @Test
  void aPrunedNetworkRisesWithoutAnyWeightChanged() {
    Compressor.Result result =
        RealModels.MNIST_CONV_BN.compress(
            500,
            1000,
            """
            backend: vector
            steps:
              - {method: prune-channels, criterion: l1, amount: 0.4}
              - {method: re-estimate-batch-norm}
            """);
    double before = result.steps().get(0).score().orElseThrow();
    double after = result.steps().get(1).score().orElseThrow();
    assertTrue(after > before + 2, after + " after, " + before + " before");
    OnnxGraph pruned = result.steps().get(0).graph();
    for (Layer layer : Layer.of(pruned)) {
      assertEquals(pruned.constant(layer.weights()), result.compressed().constant(layer.weights()));
    }
  }

  @Test
  void withoutNormalizationsTheMomentsOfTheOriginalAreMatched() {
    DigitsNetwork net = DigitsNetwork.of(0);
    String prune = "  - {method: prune-channels, criterion: l1, amount: 0.7}\n";
    double before = net.accuracy(DigitsRecipe.compress("steps:\n" + prune).compressed());
    OnnxGraph matched =
        DigitsRecipe.compress("steps:\n" + prune + "  - {method: re-estimate-batch-norm}")
            .compressed();
    double after = net.accuracy(matched);
    assertTrue(after > before + 0.02, after + " after, " + before + " before");
  }
}
