package dev.coppice.compiler.compress.quantize;

import static dev.coppice.compiler.testing.OnnxModels.attribute;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.evaluate.Examples;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.recipe.Session;
import dev.coppice.compiler.compress.testing.Interpreted;
import dev.coppice.compiler.compress.testing.Recipes;
import dev.coppice.compiler.compress.testing.SmallNetwork;
import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.onnx.ImportOptions;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.OnnxModels;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CorrectBiasTest {
  private static final Examples EXAMPLES = SmallNetwork.examples(30, 3);
  private static final String COARSE = "{method: quantize-weights, type: int2}";

  /** Not all of them, since a mean does not tell what a Relu makes of a changed spread. */
  @Test
  void theOutputsHaveMostOfTheirMeansBack() {
    OnnxGraph original = SmallNetwork.of(13);
    double[] wanted = means(original, EXAMPLES);
    String step = "{method: quantize-weights, type: int4}";
    double before = distance(wanted, means(run(original, step).graph(), EXAMPLES));
    Session session = run(original, step, "{method: correct-bias}");
    double after = distance(wanted, means(session.graph(), EXAMPLES));
    assertTrue(after < 0.5 * before, after + " of " + before);
    assertEquals(
        List.of("stem", "dw", "pw", "fc"),
        session.findings().decisions().stream()
            .filter(d -> d.what().equals("bias corrected"))
            .map(d -> d.layer())
            .toList());
  }

  /** A layer whose inputs did not change gets its mean back exactly. */
  @Test
  void theOnlyLayerHasItsMeansBack() {
    for (String node : List.of("y = Gemm(x, w)", "y = Gemm(w, x)")) {
      OnnxGraph original =
          node.contains("(w")
              ? OneLayer.of(node, Shape.of(6, 1), Shape.of(4, 6))
              : OneLayer.of(node, Shape.of(1, 6), Shape.of(6, 4));
      Examples examples = examples(original);
      double[] wanted = means(original, examples);
      double before = distance(wanted, means(run(original, examples, COARSE).graph(), examples));
      Session session = run(original, examples, COARSE, "{method: correct-bias}");
      double after = distance(wanted, means(session.graph(), examples));
      assertTrue(before > 0.1 && after < 1e-5, node + ": " + after + " of " + before);
      String why = session.findings().decisions().get(1).why();
      double size = Double.parseDouble(why.substring(why.lastIndexOf(' ')));
      assertEquals(before, size, 0.006 * before, why);
    }
  }

  /** What a Gemm multiplies its product with, it does with a shift of its inputs as well. */
  @Test
  void aShiftThatIsInheritedIsNotTakenBackTwice() {
    OnnxGraph original =
        OnnxGraph.of(
            OnnxModels.graph()
                .input("x", DType.FLOAT32, 1, 6)
                .initializer("w", SmallNetwork.random(new Random(3), 1, 6, 5))
                .initializer("v", SmallNetwork.random(new Random(4), 1, 5, 4))
                .output("y", DType.FLOAT32, 1, 4)
                .node("one", "h = Gemm(x, w)")
                .node("two", "y = Gemm(h, v)", attribute("alpha", 3f))
                .model(13),
            ImportOptions.of("two.onnx"));
    Examples examples = examples(original);
    double[] wanted = means(original, examples);
    double before = distance(wanted, means(run(original, examples, COARSE).graph(), examples));
    Session session = run(original, examples, COARSE, "{method: correct-bias}");
    double after = distance(wanted, means(session.graph(), examples));
    assertTrue(before > 0.1 && after < 1e-5, after + " of " + before);
  }

  @Test
  void layersThatAreNotTakenStay() {
    OnnxGraph original = SmallNetwork.of(13);
    OnnxGraph coarse = run(original, COARSE).graph();
    Session session = run(original, COARSE, "{method: correct-bias, layers: [dw]}");
    for (String layer : List.of("stem", "pw", "fc")) {
      assertEquals(bias(coarse, layer), bias(session.graph(), layer), layer);
    }
    assertNotEquals(bias(coarse, "dw"), bias(session.graph(), "dw"));
    // The bias before is read by nothing any more.
    assertEquals(coarse.constants().size(), session.graph().constants().size());
  }

  /** As other steps do, it knows layers by their weights, too, and tells names that none has. */
  @Test
  void layersAreKnownByAllOfTheirNames() {
    OnnxGraph original = SmallNetwork.of(13);
    Session session = run(original, COARSE, "{method: correct-bias, layers: [fc.weight, p?]}");
    assertEquals(
        List.of("pw", "fc"),
        session.findings().decisions().stream()
            .filter(d -> d.what().equals("bias corrected"))
            .map(d -> d.layer())
            .toList());
    CompileException e =
        assertThrows(
            CompileException.class,
            () -> run(original, COARSE, "{method: correct-bias, exclude: [fcc]}"));
    assertTrue(e.getMessage().contains("is named 'fcc' (did you mean 'fc'?)"), e.getMessage());
  }

  @Test
  void needsCalibrationData() {
    CompileException e =
        assertThrows(
            CompileException.class,
            () ->
                Recipes.run(
                    SmallNetwork.of(13), Optional.empty(), "steps: [{method: correct-bias}]"));
    assertTrue(
        e.getMessage().contains("method 'correct-bias' needs calibration data"), e.getMessage());
  }

  private static Session run(OnnxGraph graph, String... steps) {
    return run(graph, EXAMPLES, steps);
  }

  private static Session run(OnnxGraph graph, Examples examples, String... steps) {
    return Recipes.run(graph, Optional.of(examples), "steps: [" + String.join(", ", steps) + "]");
  }

  private static Optional<Tensor> bias(OnnxGraph graph, String layer) {
    return graph.nodes().stream()
        .filter(n -> n.getName().equals(layer) && n.getInputCount() > 2)
        .findFirst()
        .flatMap(n -> graph.constant(n.getInput(2)));
  }

  /** The mean over the examples of each element of the first output. */
  private static double[] means(OnnxGraph graph, Examples examples) {
    double[] means = new double[graph.shape(graph.outputs().get(0)).size()];
    for (int e = 0; e < examples.count(); e++) {
      Tensor y = Interpreted.run(graph, examples.inputs(e)).get(0);
      for (int i = 0; i < means.length; i++) {
        means[i] += y.doubleAt(i) / examples.count();
      }
    }
    return means;
  }

  /** The root mean square of the differences. */
  private static double distance(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return Math.sqrt(sum / a.length);
  }

  private static Examples examples(OnnxGraph graph) {
    int[] dims = graph.shape("x").dims();
    return Examples.of(
        new Random(8).ints(20).mapToObj(seed -> example(seed, dims)).toList(), List.of());
  }

  /** Numbers about 1. */
  private static List<Tensor> example(int seed, int... dims) {
    Tensor noise = SmallNetwork.random(new Random(seed), 0.5, dims);
    return List.of(Tensor.fromDoubles(noise.type(), i -> 1 + noise.doubleAt(i)));
  }
}
