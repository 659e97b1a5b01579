package dev.coppice.compiler.compress.quantize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.Compressor;
import dev.coppice.compiler.compress.evaluate.Examples;
import dev.coppice.compiler.compress.evaluate.RelativeError;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.recipe.Session;
import dev.coppice.compiler.compress.testing.Compiled;
import dev.coppice.compiler.compress.testing.NotFiniteWeights;
import dev.coppice.compiler.compress.testing.Operators;
import dev.coppice.compiler.compress.testing.Products;
import dev.coppice.compiler.compress.testing.RealModels;
import dev.coppice.compiler.compress.testing.Recipes;
import dev.coppice.compiler.compress.testing.SameOutputs;
import dev.coppice.compiler.compress.testing.SmallNetwork;
import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.onnx.ImportOptions;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.OnnxModels;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuantizeWeightsTest {
  private static final String RECIPE =
      """
      steps:
        - method: quantize-weights
          type: int4
          granularity: group
          group-size: 16
          rounding: reconstruct
          exclude: ["fc*"]
      """;

  @ParameterizedTest
  @CsvSource({
    "fp16,   channel, symmetric,  0.001",
    "int16,  channel, symmetric,  0.001",
    "int8,   tensor,  symmetric,  0.02",
    "int8,   channel, asymmetric, 0.02",
    "int8,   group,   asymmetric, 0.02",
    "int4,   channel, symmetric,  0.3",
    "int4,   group,   symmetric,  0.3",
    "int4,   group,   asymmetric, 0.3",
    "int2,   group,   asymmetric, 0.9",
  })
  void compiledClassAndOnnxRuntimeAgreeInEveryOpset(
      String type, String granularity, String scheme, double tolerance) {
    String recipe =
        "steps: [{method: quantize-weights, type: %s, granularity: %s%s, scheme: %s}]"
            .formatted(
                type, granularity, granularity.equals("group") ? ", group-size: 4" : "", scheme);
    List<Tensor> inputs = SmallNetwork.examples(1, 3).inputs(0);
    for (int opset : new int[] {7, 9, 13, 21}) {
      OnnxGraph before = SmallNetwork.of(opset);
      Session session = Recipes.run(before, recipe);
      OnnxGraph after = session.graph();
      Tensor expected = outputs(before, inputs);
      Tensor actual = outputs(after, inputs);
      String where = type + " " + granularity + " in opset " + opset;
      double loss = RelativeError.of(expected, actual);
      assertTrue(loss > 0 && loss < tolerance, where + ": " + loss);
      SameOutputs.runtime(after, inputs, List.of(actual));
      assertEquals(4, session.findings().decisions().size(), where);
    }
  }

  private static Tensor outputs(OnnxGraph graph, List<Tensor> inputs) {
    return Compiled.outputs(graph, inputs).get(0);
  }

  @Test
  void fewBitsArePackedWhereTheOpsetHasSuchTypes() {
    assertEquals(DType.INT8, stored("int4", 13));
    assertEquals(DType.INT4, stored("int4", 21));
    assertEquals(DType.INT4, stored("int2", 21));
    assertEquals(DType.INT2, stored("int2", 25));
  }

  private static DType stored(String type, int opset) {
    OnnxGraph graph =
        Recipes.run(
                SmallNetwork.of(opset), "steps: [{method: quantize-weights, type: " + type + "}]")
            .graph();
    return graph.type("fc.weight_quantized").dtype();
  }

  @Test
  void excludedLayersStayAndTheExampleOfTheDocumentationWorks() {
    Examples examples = SmallNetwork.examples(20, 1);
    Session session = Recipes.run(SmallNetwork.of(21), Optional.of(examples), RECIPE);
    assertTrue(session.graph().isConstant("fc.weight"));
    assertEquals(
        List.of("stem", "dw", "pw"),
        session.findings().decisions().stream().map(d -> d.layer()).toList());
    assertTrue(session.findings().decisions().get(0).why().endsWith("rounding: reconstruct"));
  }

  @Test
  void reconstructionNeedsCalibrationData() {
    CompileException e =
        assertThrows(CompileException.class, () -> Recipes.run(SmallNetwork.of(21), RECIPE));
    assertEquals(DiagnosticCode.RECIPE_INVALID, e.diagnostics().get(0).code());
  }

  @Test
  void groupSizeNeedsGroups() {
    Recipes.assertProblem(
        "quantize-weights, type: int4, group-size: 16",
        "key 'group-size' needs 'granularity: group'");
  }

  @Test
  void weightsThatAreNotFiniteStay() {
    NotFiniteWeights.stay("quantize-weights");
  }

  /** Before operands fitted by their last axes, nodes said which axes do. */
  @Test
  void legacyBroadcastingIsWrittenForOldOpsets() {
    OnnxGraph graph =
        OnnxGraph.of(
            OnnxModels.graph()
                .input("x", DType.FLOAT32, 1, 3)
                .initializer("w", SmallNetwork.random(new Random(1), 1, 3, 4))
                .initializer("v", SmallNetwork.random(new Random(2), 1, 4, 5))
                .output("y", DType.FLOAT32, 1, 5)
                .node("fc", "h = MatMul(x, w)")
                .node("fc2", "y = MatMul(h, v)")
                .model(6),
            ImportOptions.of("old.onnx"));
    List<Tensor> inputs = List.of(Tensor.ofFloats(Shape.of(1, 3), 1, -2, 0.5f));
    for (String options :
        List.of("", ", granularity: tensor", ", granularity: group, group-size: 2")) {
      OnnxGraph after =
          Recipes.run(
                  graph, "steps: [{method: quantize-weights, scheme: asymmetric" + options + "}]")
              .graph();
      double loss = RelativeError.of(outputs(graph, inputs), outputs(after, inputs));
      assertTrue(loss > 0 && loss < 0.02, options + ": " + loss);
    }
  }

  @Test
  void weightsOfSeveralNodesAreStoredOnceAndOtherReadersGetTheirFloats() {
    OnnxGraph graph = Products.andOtherReaders(Tensor.ofFloats(Shape.of(2, 2), 1, 0.3f, 2, 3));
    OnnxGraph after = Recipes.step(graph, "quantize-weights").graph();
    assertEquals("Cast;Mul;MatMul;Add", Operators.of(after));
    List<Tensor> inputs = List.of(Tensor.ofFloats(Shape.of(1, 2), 0.5f, -2));
    SameOutputs.runtime(after, inputs, Compiled.outputs(after, inputs));
  }

  @Test
  void fourBitsWithReconstructionKeepAccuracyWhereNearestOnesDoNot() {
    String recipe =
        "steps: [{method: quantize-weights, type: int4, granularity: group, rounding: %s}]";
    Compressor.Result nearest = RealModels.MNIST_CNN.compress(50, 300, recipe.formatted("nearest"));
    Compressor.Result kept =
        RealModels.MNIST_CNN.compress(50, 300, recipe.formatted("reconstruct"));
    double before = kept.score().orElseThrow();
    double after = kept.steps().get(0).score().orElseThrow();
    assertTrue(after > before - 1.5, before + " to " + after);
    assertTrue(after >= nearest.steps().get(0).score().orElseThrow() - 0.5);
  }
}
