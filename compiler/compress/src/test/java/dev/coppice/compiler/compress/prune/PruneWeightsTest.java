package dev.coppice.compiler.compress.prune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.Compressor;
import dev.coppice.compiler.compress.model.Layer;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.testing.DigitsNetwork;
import dev.coppice.compiler.compress.testing.DigitsRecipe;
import dev.coppice.compiler.compress.testing.RealModels;
import dev.coppice.compiler.diag.CompileException;
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
      assertEquals(Math.round(0.5 * w.size()), zeros(w), layer.label());
    }
    double drop = result.score().orElseThrow() - result.steps().get(0).score().orElseThrow();
    assertTrue(result.score().orElseThrow() > 98 && drop < 10, "drop " + drop);
  }

  @Test
  void keepsTwoOfFourInputs() {
    for (String compensate : new String[] {"false", "true"}) {
      OnnxGraph graph =
          compressed("pattern: \"2:4\", layers: [fc1, fc2], compensate: " + compensate);
      Tensor w = graph.constant("fc2.weight").orElseThrow();
      for (int i = 0; i < w.size(); i += 4) {
        int at = i;
        long kept = IntStream.range(at, at + 4).filter(j -> w.floatAt(j) != 0).count();
        assertTrue(kept <= 2, compensate + " at " + i);
      }
    }
  }

  @Test
  void removesWholeBlocks() {
    OnnxGraph graph = compressed("block: 2x5, amount: 0.4, layers: [fc2]");
    Tensor w = graph.constant("fc2.weight").orElseThrow();
    long zeroBlocks =
        IntStream.range(0, 50 * 60)
            .filter(
                b ->
                    IntStream.range(0, 10)
                        .allMatch(
                            i -> w.floatAt((b / 60 * 2 + i / 5) * 300 + b % 60 * 5 + i % 5) == 0))
            .count();
    assertEquals(1200, zeroBlocks);
    assertEquals(12_000, zeros(w));
  }

  @Test
  void removesWholeOutputsButNeverAll() {
    OnnxGraph graph = compressed("unit: true, amount: 0.999, layers: [fc1]");
    Tensor w = graph.constant("fc1.weight").orElseThrow();
    assertEquals(299 * 64, zeros(w));
  }

  @Test
  void removesWhatIsBelowAMultipleOfTheDeviation() {
    OnnxGraph graph = compressed("std: 1.5, layers: [fc1]");
    Tensor before = DigitsNetwork.of(0).graph().constant("fc1.weight").orElseThrow();
    Tensor after = graph.constant("fc1.weight").orElseThrow();
    double squares =
        IntStream.range(0, before.size()).mapToDouble(before::doubleAt).map(v -> v * v).sum();
    double mean =
        IntStream.range(0, before.size()).mapToDouble(before::doubleAt).average().orElse(0);
    double threshold = 1.5 * Math.sqrt(squares / before.size() - mean * mean);
    for (int i = 0; i < before.size(); i++) {
      float kept = Math.abs(before.floatAt(i)) < threshold ? 0 : before.floatAt(i);
      assertEquals(kept, after.floatAt(i));
    }
  }

  @Test
  void weightsThatStayMakeUpForThoseThatGo() {
    String step = "amount: 0.95, layers: [fc1, fc2], compensate: ";
    OnnxGraph plain = compressed(step + "false");
    OnnxGraph fitted = compressed(step + "true");
    assertEquals(
        zeros(plain.constant("fc2.weight").orElseThrow()),
        zeros(fitted.constant("fc2.weight").orElseThrow()));
    double without = DigitsNetwork.of(0).accuracy(plain);
    double with = DigitsNetwork.of(0).accuracy(fitted);
    assertTrue(with > without + 0.02, with + " with, " + without + " without");
  }

  @Test
  void optionsThatDoNotGoTogetherAreErrors() {
    refused("pattern: \"4:2\"", "must be N:M with N < M");
    refused("block: 4, amount: 0.5", "must be ROWSxCOLUMNS");
    refused("std: 1, compensate: true", "goes with magnitudes by layer alone");
    refused("unit: true, scope: global, amount: 0.5", "can be global without");
    refused("unit: true, compensate: true, amount: 0.5", "can be true with");
  }

  private static void refused(String options, String problem) {
    CompileException e = assertThrows(CompileException.class, () -> compressed(options));
    assertTrue(e.getMessage().contains(problem), e.getMessage());
  }

  private static OnnxGraph compressed(String options) {
    return DigitsRecipe.compress(
            DigitsNetwork.of(0), "steps: [{method: prune-weights, " + options + "}]", 600)
        .compressed();
  }

  private static long zeros(Tensor w) {
    return IntStream.range(0, w.size()).filter(i -> w.floatAt(i) == 0).count();
  }
}
