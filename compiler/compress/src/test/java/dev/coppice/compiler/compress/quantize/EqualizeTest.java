package dev.coppice.compiler.compress.quantize;

import static dev.coppice.compiler.testing.OnnxModels.attribute;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.recipe.Session;
import dev.coppice.compiler.compress.testing.Recipes;
import dev.coppice.compiler.compress.testing.SameOutputs;
import dev.coppice.compiler.compress.testing.SmallNetwork;
import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.onnx.ImportOptions;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.OnnxModels;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EqualizeTest {
  @Test
  void keepsTheOutputsOfTheModel() {
    OnnxGraph before = SmallNetwork.of(13);
    OnnxGraph after = run(before, "{method: equalize}").graph();
    assertNotEquals(before.constant("pw.weight"), after.constant("pw.weight"));
    SameOutputs.interpreted(before, after);
  }

  /** A channel is divided by {@code sqrt(r1 / r2)} where it is computed, and multiplied after. */
  @Test
  void rangesMeetInTheMiddle() {
    Session session = run(pair(Shape.of(2)), "{method: equalize}");
    OnnxGraph graph = session.graph();
    assertArrayEquals(new float[] {4, 1, 3, -6}, floats(graph, "w1"), 1e-6f);
    assertArrayEquals(new float[] {6, 1.5f}, floats(graph, "b1"), 1e-6f);
    assertArrayEquals(new float[] {4, -6, 2, 3}, floats(graph, "w2"), 1e-6f);
    assertEquals(
        List.of("one: equalised with two (channels divided by 0.333 to 4.00)"),
        session.findings().decisions().stream()
            .map(d -> d.layer() + ": " + d.what() + " (" + d.why() + ")")
            .toList());
  }

  /** Behind it a normalization would stop a factor. */
  @Test
  void normalizationsAreFoldedBefore() {
    Session session = run(normalized(), "{method: equalize}");
    assertEquals(
        "equalised with two",
        session.findings().decisions().get(session.findings().decisions().size() - 1).what());
    assertTrue(session.graph().nodes().stream().noneMatch(n -> Nodes.is(n, "BatchNormalization")));
    assertEquals(List.of("w1", "w2", "one.bias"), session.graph().constants());
    SameOutputs.interpreted(normalized(), session.graph());
  }

  @Test
  void layersThatAreNotTakenStay() {
    OnnxGraph before = pair(Shape.of(2));
    Session session = run(before, "{method: equalize, exclude: [one]}");
    assertEquals(List.of(), session.findings().decisions());
    assertEquals(before.toProto(), session.graph().toProto());
    CompileException e =
        assertThrows(
            CompileException.class, () -> run(before, "{method: equalize, layers: [onee]}"));
    assertTrue(e.getMessage().contains("is named 'onee' (did you mean 'one'?)"), e.getMessage());
  }

  /** Such a bias does not belong to channels. */
  @Test
  void aBiasForAllChannelsStopsIt() {
    assertEquals(List.of(), run(pair(Shape.of(1)), "{method: equalize}").findings().decisions());
  }

  /** Rows of the result are examples. */
  @Test
  void aBiasPerRowStopsIt() {
    OnnxGraph rows =
        OnnxGraph.of(
            OnnxModels.graph()
                .input("x", DType.FLOAT32, 2, 2)
                .initializer("w1", Tensor.ofFloats(Shape.of(2, 2), 16, 4, 1, -2))
                .initializer("b1", Tensor.ofFloats(Shape.of(2, 1), 24, 0.5f))
                .initializer("w2", Tensor.ofFloats(Shape.of(2, 2), 1, -18, 0.5f, 9))
                .output("y", DType.FLOAT32, 2, 2)
                .node("h = Gemm(x, w1, b1)")
                .node("r = Relu(h)")
                .node("y = Gemm(r, w2)")
                .model(13),
            ImportOptions.of("rows.onnx"));
    Session session = run(rows, "{method: equalize}");
    assertEquals(List.of(), session.findings().decisions());
    SameOutputs.interpreted(rows, session.graph());
  }

  @Test
  void optionsThatAreWrongAreTold() {
    Recipes.assertProblem("equalize, replace-clip: 3, type: int8", "key 'replace-clip' is '3'");
    Recipes.assertProblem("equalize, replace-clip: 3, type: int8", "unknown key 'type'");
  }

  private static Session run(OnnxGraph graph, String step) {
    return Recipes.run(graph, Optional.empty(), "steps: [" + step + "]");
  }

  private static float[] floats(OnnxGraph graph, String constant) {
    return graph.constant(constant).orElseThrow().toFloats();
  }

  /** Two dense layers; the ranges of channels are 16 and 2 where computed, 1 and 18 where read. */
  private static OnnxGraph pair(Shape bias) {
    return OnnxGraph.of(
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 1, 2)
            .initializer("w1", Tensor.ofFloats(Shape.of(2, 2), 16, 4, 1, -2))
            .initializer(
                "b1",
                Tensor.ofFloats(bias, bias.size() == 1 ? new float[] {1} : new float[] {24, 0.5f}))
            .initializer("w2", Tensor.ofFloats(Shape.of(2, 2), 1, -18, 0.5f, 9))
            .output("y", DType.FLOAT32, 1, 2)
            .node("one", "h = Gemm(x, w1, b1)", attribute("transB", 1))
            .node("r = Relu(h)")
            .node("two", "y = Gemm(r, w2)", attribute("transB", 1))
            .model(13),
        ImportOptions.of("pair.onnx"));
  }

  /** Two convolutions with a normalization behind the first. */
  private static OnnxGraph normalized() {
    return OnnxGraph.of(
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 1, 1, 3, 3)
            .initializer("w1", Tensor.ofFloats(Shape.of(2, 1, 1, 1), 8, 0.1f))
            .initializer("gamma", Tensor.ofFloats(Shape.of(2), 1, 2))
            .initializer("beta", Tensor.ofFloats(Shape.of(2), 0.5f, -1))
            .initializer("mean", Tensor.ofFloats(Shape.of(2), 0.25f, 0))
            .initializer("var", Tensor.ofFloats(Shape.of(2), 1, 4))
            .initializer("w2", Tensor.ofFloats(Shape.of(1, 2, 1, 1), 1, 3))
            .output("y", DType.FLOAT32, 1, 1, 3, 3)
            .node("one", "h = Conv(x, w1)")
            .node("n = BatchNormalization(h, gamma, beta, mean, var)")
            .node("r = Relu(n)")
            .node("two", "y = Conv(r, w2)")
            .model(13),
        ImportOptions.of("normalized.onnx"));
  }
}
