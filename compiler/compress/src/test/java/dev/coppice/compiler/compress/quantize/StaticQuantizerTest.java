package dev.coppice.compiler.compress.quantize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.testing.Recipes;
import dev.coppice.compiler.compress.testing.SmallNetwork;
import dev.coppice.compiler.onnx.ImportOptions;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.OnnxModels;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StaticQuantizerTest {
  @Test
  void concatenatedValuesOfLikeRangesHaveOneScale() {
    OnnxGraph graph = quantized(1.2);
    assertEquals(scale(graph, "a"), scale(graph, "b"));
    assertEquals(scale(graph, "a"), scale(graph, "c"));
  }

  /** A scale for the larger would leave the smaller few integers. */
  @Test
  void concatenatedValuesOfOtherRangesKeepTheirScales() {
    OnnxGraph graph = quantized(10);
    assertNotEquals(scale(graph, "a"), scale(graph, "b"));
    assertEquals(10, scale(graph, "b") / scale(graph, "a"), 4);
  }

  private static float scale(OnnxGraph graph, String value) {
    return graph.constant(value + "_scale").orElseThrow().floatAt(0);
  }

  /** Two convolutions, the weights of the second {@code times} those of the first. */
  private static OnnxGraph quantized(double times) {
    Random random = new Random(3);
    Tensor w = SmallNetwork.random(random, 1, 3, 2, 1, 1);
    OnnxGraph graph =
        OnnxGraph.of(
            OnnxModels.graph()
                .input("x", DType.FLOAT32, 1, 2, 6, 5)
                .initializer("w", w)
                .initializer("v", Tensor.fromDoubles(w.type(), i -> -times * w.doubleAt(i)))
                .initializer("u", SmallNetwork.random(random, 1, 4, 6, 3, 3))
                .output("y")
                .node("p = Sigmoid(x)")
                .node("a = Conv(p, w)")
                // Of another value, so that the two are not merged to one convolution.
                .node("q = Neg(p)")
                .node("b = Conv(q, v)")
                .node("c = Concat(a, b)", OnnxModels.attribute("axis", 1))
                .node("y = Conv(c, u)")
                .model(13),
            ImportOptions.of("concat.onnx"));
    return Recipes.run(
            graph,
            Optional.of(SmallNetwork.examples(20, 1)),
            "steps: [{method: quantize, calibration: min-max}]")
        .graph();
  }
}
