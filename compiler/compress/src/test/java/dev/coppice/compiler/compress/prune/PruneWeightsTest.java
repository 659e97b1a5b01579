package dev.coppice.compiler.compress.prune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.Compressor;
import dev.coppice.compiler.compress.model.Layer;
import dev.coppice.compiler.compress.testing.RealModels;
import dev.coppice.compiler.tensor.Tensor;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PruneWeightsTest {
  @Test
  void removesTheFractionThatIsAskedForInEveryLayer() {
    Compressor.Result result =
        RealModels.MNIST_CONV_BN.compress(10, 200, "steps: [{method: prune-weights, amount: 0.5}]");
    for (Layer layer : Layer.of(result.compressed())) {
      Tensor w = result.compressed().constant(layer.weights()).orElseThrow();
      long zeros = IntStream.range(0, w.size()).filter(i -> w.floatAt(i) == 0).count();
      assertEquals(Math.round(0.5 * w.size()), zeros, layer.label());
    }
    double drop = result.score().orElseThrow() - result.steps().get(0).score().orElseThrow();
    assertTrue(result.score().orElseThrow() > 98 && drop < 10, "drop " + drop);
  }
}
