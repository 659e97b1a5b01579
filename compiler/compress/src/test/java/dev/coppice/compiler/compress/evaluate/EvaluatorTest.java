package dev.coppice.compiler.compress.evaluate;

import static dev.coppice.compiler.testing.OnnxModels.attribute;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.onnx.ImportOptions;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.OnnxModels;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EvaluatorTest {
  /** Two scores, the sum of the inputs and their difference. */
  private static OnnxGraph graph() {
    return OnnxGraph.of(
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 1, 2)
            .initializer("w", Tensor.ofFloats(Shape.of(2, 2), 1, 1, 1, -1))
            .node("g = Gemm(x, w)", attribute("transB", 1))
            .node("y = Relu(g)")
            .output("y", DType.FLOAT32, 1, 2)
            .model(13),
        ImportOptions.of("m.onnx"));
  }

  private static List<Tensor> pair(float a, float b) {
    return List.of(Tensor.ofFloats(Shape.of(1, 2), a, b));
  }

  private static Examples examples(List<Integer> labels) {
    return Examples.of(List.of(pair(1, 1), pair(1, -1), pair(2, 1), pair(0, -3)), labels);
  }

  @Test
  void countsRightAnswersOfTheCompiledClass() {
    for (String backend : List.of("portable", "vector")) {
      Evaluator evaluator =
          new Evaluator(
              examples(List.of(0, 1, 1, 1)), Metric.TOP_1, backend, graph(), SourceRef.NONE);
      assertEquals(75, evaluator.evaluate(graph()));
      assertEquals(100, evaluator.first(2).evaluate(graph()));
    }
  }

  @Test
  void comparesWithTheOriginal() {
    Metric agreement = Metric.named("agreement").orElseThrow();
    Evaluator evaluator =
        new Evaluator(examples(List.of()), agreement, "portable", graph(), SourceRef.NONE);
    assertEquals(100, evaluator.evaluate(graph()));
    OnnxGraph other = graph();
    other.constant("w", Tensor.ofFloats(Shape.of(2, 2), 1, -1, 1, 1));
    assertEquals(0, evaluator.evaluate(other));
  }

  @Test
  void asksForLabels() {
    CompileException e =
        assertThrows(
            CompileException.class,
            () ->
                new Evaluator(
                    examples(List.of()),
                    Metric.TOP_1,
                    "portable",
                    graph(),
                    SourceRef.file("a.npz")));
    assertEquals(
        "[DataInvalid] a.npz: metric 'top-1' needs labelled examples, and there are no labels; name"
            + " them with 'labels', or choose metric agreement, mse or relative-error.",
        e.getMessage());
  }

  @Test
  void showsValuesInsideAModel() {
    List<Float> seen = new ArrayList<>();
    Activations.visit(
        graph(),
        List.of("g", "y", "x"),
        examples(List.of()).range(1, 3),
        "portable",
        (i, values) -> {
          assertEquals(List.of("y", "g", "x"), List.copyOf(values.keySet()));
          seen.add(values.get("g").floatAt(0));
          seen.add(values.get("x").floatAt(0));
        });
    assertEquals(List.of(0f, 1f, 3f, 2f), seen);
    assertEquals(
        Map.of("y", 2),
        Map.of(
            "y",
            CompiledModel.of(graph(), List.of(), "portable").outputs(pair(1, 1)).get(0).size()));
  }
}
