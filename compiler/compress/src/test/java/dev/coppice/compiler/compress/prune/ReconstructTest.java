package dev.coppice.compiler.compress.prune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.Compressor;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.testing.DigitsNetwork;
import dev.coppice.compiler.compress.testing.DigitsRecipe;
import dev.coppice.compiler.compress.testing.RealModels;
import dev.coppice.compiler.tensor.Tensor;
import org.junit.jupiter.api.Test;

class ReconstructTest {
  private static final String PRUNE = "  - {method: prune-channels, criterion: l1, amount: 0.7}\n";

  @Test
  void winsBackWhatPruningCost() {
    DigitsNetwork net = DigitsNetwork.of(0);
    double before = net.accuracy(DigitsRecipe.compress(net, "steps:\n" + PRUNE, 600).compressed());
    Compressor.Result result =
        DigitsRecipe.compress(net, "steps:\n" + PRUNE + "  - {method: reconstruct}", 600);
    double after = net.accuracy(result.compressed());
    assertTrue(after > 0.93 && after > before + 0.05, after + " after, " + before + " before");
    assertTrue(
        result.steps().get(1).findings().decisions().get(0).text().contains("relative error"));
  }

  @Test
  void leavesTheOriginalAsItIs() {
    DigitsNetwork net = DigitsNetwork.of(0);
    OnnxGraph graph =
        DigitsRecipe.compress(net, "steps: [{method: reconstruct}]", 300).compressed();
    Tensor before = net.graph().constant("fc2.weight").orElseThrow();
    Tensor after = graph.constant("fc2.weight").orElseThrow();
    for (int i = 0; i < before.size(); i++) {
      assertEquals(before.floatAt(i), after.floatAt(i), 1e-3);
    }
  }

  @Test
  void convolutionsAndWideLayersAreFitted() {
    String steps =
        """
        backend: vector
        steps:
          - {method: prune-channels, criterion: l1, amount: 0.4}
          - {method: reconstruct}
        """;
    Compressor.Result result = RealModels.MNIST_CONV_BN.compress(300, 500, steps);
    double pruned = result.steps().get(0).score().orElseThrow();
    double fitted = result.steps().get(1).score().orElseThrow();
    assertTrue(fitted > 96 && fitted > pruned + 3, fitted + " after, " + pruned + " before");
  }
}
