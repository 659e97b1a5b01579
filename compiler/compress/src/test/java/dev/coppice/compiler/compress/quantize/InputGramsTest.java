package dev.coppice.compiler.compress.quantize;

import static dev.coppice.compiler.testing.OnnxModels.attribute;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.evaluate.Examples;
import dev.coppice.compiler.compress.model.Layer;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.testing.Interpreted;
import dev.coppice.compiler.compress.testing.SmallNetwork;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;

class InputGramsTest {
  @Test
  void areTheProductsOfAllRowsOfAllExamples() {
    OnnxGraph graph = OneLayer.of("y = MatMul(x, w)", Shape.of(2, 2), Shape.of(2, 3));
    Examples examples =
        Examples.of(
            List.of(
                List.of(Tensor.ofFloats(Shape.of(2, 2), 1, 2, 3, 4)),
                List.of(Tensor.ofFloats(Shape.of(2, 2), 5, -6, 0, 7))),
            List.of());
    DMatrixRMaj gram = only(graph, examples).grams().get(0).get(0);
    // 1 + 9 + 25, 2 + 12 - 30, 4 + 16 + 36 + 49.
    assertArrayEquals(new double[] {35, -16, -16, 105}, gram.data);
  }

  @Test
  void eachGroupHasItsOwn() {
    OnnxGraph graph =
        OneLayer.of("y = Conv(x, w)", Shape.of(1, 2, 2), Shape.of(2, 1, 1), attribute("group", 2));
    Examples examples =
        Examples.of(List.of(List.of(Tensor.ofFloats(Shape.of(1, 2, 2), 1, 2, 3, 4))), List.of());
    InputGrams grams = only(graph, examples);
    assertEquals(2, grams.grams().size());
    assertArrayEquals(new double[] {1 + 4}, grams.grams().get(0).get(0).data);
    assertArrayEquals(new double[] {9 + 16}, grams.grams().get(1).get(0).data);
  }

  /** With pads, groups and weights on the left, as the interpreter finds it. */
  @Test
  void theErrorIsThatOfTheOutputs() {
    assertErrorOfOutputs(
        OneLayer.of(
            "y = Conv(x, w)",
            Shape.of(1, 4, 3, 3),
            Shape.of(6, 2, 3, 3),
            attribute("group", 2),
            attribute("pads", new int[] {1, 1, 1, 1})));
    assertErrorOfOutputs(OneLayer.of("y = Gemm(x, w)", Shape.of(3, 7), Shape.of(7, 5)));
    assertErrorOfOutputs(OneLayer.of("y = MatMul(w, x)", Shape.of(7, 3), Shape.of(5, 7)));
  }

  private static void assertErrorOfOutputs(OnnxGraph graph) {
    Examples examples = random(graph, 3);
    Tensor w = graph.constant("w").orElseThrow();
    Tensor error = SmallNetwork.random(new Random(9), 0.1, w.shape().dims());
    OnnxGraph changed = graph.copy();
    changed.constant("w", Tensor.fromDoubles(w.type(), i -> w.doubleAt(i) + error.doubleAt(i)));
    double expected = 0;
    for (int e = 0; e < examples.count(); e++) {
      Tensor before = Interpreted.run(graph, examples.inputs(e)).get(0);
      Tensor after = Interpreted.run(changed, examples.inputs(e)).get(0);
      for (int i = 0; i < before.size(); i++) {
        expected += Math.pow(after.doubleAt(i) - before.doubleAt(i), 2);
      }
    }
    assertEquals(expected, only(graph, examples).squaredError(error.toFloats()), 1e-5 * expected);
  }

  /** Products of elements in different blocks are left out. */
  @Test
  void longRowsAreCutIntoBlocks() {
    int inputs = InputGrams.BLOCK + 6;
    OnnxGraph graph = OneLayer.of("y = MatMul(x, w)", Shape.of(1, inputs), Shape.of(inputs, 1));
    Examples examples = random(graph, 1);
    InputGrams grams = only(graph, examples);
    List<DMatrixRMaj> blocks = grams.grams().get(0);
    assertEquals(
        List.of(InputGrams.BLOCK, 6), blocks.stream().map(DMatrixRMaj::getNumRows).toList());
    Tensor x = examples.inputs(0).get(0);
    float[] error = SmallNetwork.random(new Random(9), 1, inputs).toFloats();
    double first = 0;
    double second = 0;
    for (int k = 0; k < inputs; k++) {
      first += k < InputGrams.BLOCK ? x.doubleAt(k) * error[k] : 0;
      second += k < InputGrams.BLOCK ? 0 : x.doubleAt(k) * error[k];
    }
    double expected = first * first + second * second;
    assertEquals(expected, grams.squaredError(error), 1e-6 * expected);
  }

  /** Twelve rows per element are enough; they are taken at another place in each example. */
  @Test
  void ofManyRowsSomeAreTakenFromEverywhere() {
    int rows = 200;
    OnnxGraph graph = OneLayer.of("y = MatMul(x, w)", Shape.of(rows, 2), Shape.of(2, 3));
    float[] x = new float[2 * rows];
    for (int r = 0; r < rows; r++) {
      x[2 * r] = 1;
      // Each 50th row is taken: this tells where the first one was.
      x[2 * r + 1] = r % 50;
    }
    List<Tensor> example = List.of(Tensor.ofFloats(Shape.of(rows, 2), x));
    double[] gram =
        only(
                graph,
                Examples.of(
                    List.of(example, example, example, example, example, example), List.of()))
            .grams()
            .get(0)
            .get(0)
            .data;
    assertEquals(12 * 2, gram[0]);
    double mean = gram[1] / gram[0];
    double variance = gram[3] / gram[0] - mean * mean;
    assertTrue(variance > 25, "the same rows of each example, variance " + variance);
  }

  @Test
  void layersThatAreNoProductsHaveNone() {
    OnnxGraph graph = OneLayer.of("y = ConvTranspose(x, w)", Shape.of(1, 2, 4), Shape.of(2, 3, 3));
    assertEquals(Map.of(), InputGrams.of(graph, Layer.of(graph), random(graph, 1), "portable"));
  }

  private static InputGrams only(OnnxGraph graph, Examples examples) {
    List<Layer> layers = Layer.of(graph);
    Map<String, InputGrams> grams = InputGrams.of(graph, layers, examples, "portable");
    assertEquals(1, grams.size());
    String key = graph.inputs().get(0).equals(layers.get(0).node().getInput(0)) ? "y#1" : "y#0";
    assertEquals(key, InputGrams.key(layers.get(0)));
    return grams.get(key);
  }

  private static Examples random(OnnxGraph graph, int count) {
    List<List<Tensor>> inputs = new ArrayList<>();
    for (int e = 0; e < count; e++) {
      inputs.add(List.of(SmallNetwork.random(new Random(20 + e), 1, graph.shape("x").dims())));
    }
    return Examples.of(inputs, List.of());
  }
}
