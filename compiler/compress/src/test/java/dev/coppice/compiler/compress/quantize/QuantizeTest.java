package dev.coppice.compiler.compress.quantize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.Compressor;
import dev.coppice.compiler.compress.evaluate.CompiledModel;
import dev.coppice.compiler.compress.evaluate.Examples;
import dev.coppice.compiler.compress.evaluate.RelativeError;
import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.recipe.Sensitivity;
import dev.coppice.compiler.compress.recipe.Session;
import dev.coppice.compiler.compress.testing.Interpreted;
import dev.coppice.compiler.compress.testing.RealModels;
import dev.coppice.compiler.compress.testing.Recipes;
import dev.coppice.compiler.compress.testing.SmallNetwork;
import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.driver.Pipelines;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.onnx.OnnxImporter;
import dev.coppice.compiler.op.Requantize;
import dev.coppice.compiler.pass.PassContext;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.RuntimeOracle;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuantizeTest {
  private static final Examples CALIBRATION = SmallNetwork.examples(50, 1);
  private static final String RECIPE =
      """
      steps:
        - method: quantize
          calibration: percentile
          percentile: 99.99
          rounding: reconstruct
          bias-correction: true
          types: ["stem=int4", "fc*=float"]
      """;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ", activations: uint8",
        ", scheme: symmetric",
        ", granularity: tensor",
        ", calibration: entropy",
        ", rounding: reconstruct, equalize: true, bias-correction: true",
        ", activations: int16",
        ", activations: uint16, calibration: min-max",
      })
  void compiledClassOnnxRuntimeAndInterpreterAgree(String options) {
    OnnxGraph before = SmallNetwork.of(13);
    OnnxGraph after = quantized(before, options).graph();
    Examples unseen = SmallNetwork.examples(10, 2);
    CompiledModel compiled = CompiledModel.of(after, List.of(), "portable");
    double loss = 0;
    for (int e = 0; e < unseen.count(); e++) {
      List<Tensor> inputs = unseen.inputs(e);
      Tensor ours = compiled.outputs(inputs).get(0);
      // Dequantized operands in floats of the interpreter: the sums of integers are the same.
      assertTrue(error(Interpreted.run(after, inputs).get(0), ours) < 1e-5, options);
      Tensor runtime = RuntimeOracle.run(after.toProto(), inputs, List.of(ours.type())).get(0);
      assertTrue(error(runtime, ours) < 0.02, options + ": " + error(runtime, ours));
      loss = Math.max(loss, error(Interpreted.run(before, inputs).get(0), ours));
    }
    assertTrue(
        loss > 0
            && loss < (options.contains("16") ? 0.02 : options.contains("entropy") ? 0.4 : 0.15),
        options + ": " + loss);
  }

  private static double error(Tensor expected, Tensor actual) {
    return RelativeError.of(expected, actual);
  }

  private static Session quantized(OnnxGraph graph, String options) {
    return Recipes.run(
        graph, Optional.of(CALIBRATION), "steps: [{method: quantize" + options + "}]");
  }

  /** All but the last, whose result is not quantized. */
  @Test
  void theCompilerAddsIntegersInEveryLayer() {
    OnnxGraph after = quantized(SmallNetwork.of(13), "").graph();
    DiagnosticSink sink = new DiagnosticSink();
    Graph graph = OnnxImporter.importModel(after.toProto(), after.options(), sink);
    Graph fused = Pipelines.streamline().run(graph, new PassContext(sink));
    long integer =
        fused.nodes().stream().filter(n -> n.op() instanceof Requantize r && !r.divide()).count();
    assertEquals(3, integer);
    assertTrue(
        sink.diagnostics().stream().noneMatch(d -> d.code() == DiagnosticCode.LAYER_KEPT_IN_FLOAT));
  }

  @Test
  void biasesAreIntegersInStepsOfTheSumsAndBatchNormalizationIsGone() {
    OnnxGraph after = quantized(SmallNetwork.of(13), "").graph();
    assertTrue(after.nodes().stream().noneMatch(n -> Nodes.is(n, "BatchNormalization")));
    String bias =
        after.nodes().stream()
            .filter(n -> Nodes.is(n, "Conv") && n.getInputCount() > 2)
            .map(n -> n.getInput(2))
            .findFirst()
            .orElseThrow();
    assertEquals(DType.INT32, after.type(after.producer(bias).orElseThrow().getInput(0)).dtype());
  }

  @Test
  void oldOpsetsAreRaised() {
    assertEquals(13, quantized(SmallNetwork.of(9), "").graph().opset());
    assertEquals(21, quantized(SmallNetwork.of(13), ", activations: int16").graph().opset());
  }

  @Test
  void layersCanBeLeftOutOrHaveAnotherType() {
    Session session = Recipes.run(SmallNetwork.of(13), Optional.of(CALIBRATION), RECIPE);
    assertTrue(session.graph().isConstant("fc.weight"));
    List<String> decisions = session.findings().decisions().stream().map(d -> d.text()).toList();
    assertTrue(
        decisions.get(0).startsWith("stem: weights int4, a scale per channel, activations int8"),
        decisions.toString());
    assertTrue(decisions.stream().noneMatch(d -> d.startsWith("fc: weights")));
    assertTrue(decisions.stream().anyMatch(d -> d.startsWith("dw: bias corrected")));
  }

  @Test
  void sensitiveLayersStayInFloatUntilTheLimitHolds() {
    String types = ", types: [\"dw=int2\"], max-drop: 0.05";
    Session session = quantized(SmallNetwork.of(13), types);
    List<Sensitivity> ranking = session.findings().sensitivities();
    assertEquals(4, ranking.size());
    Sensitivity worst =
        ranking.stream().max((a, b) -> Double.compare(a.drop(), b.drop())).orElseThrow();
    assertEquals("dw", worst.layer());
    assertEquals("relative-error", worst.metric());
    assertTrue(session.graph().isConstant("dw.weight"));
    assertFalse(session.graph().isConstant("stem.weight"));
    double loss = 0;
    CompiledModel compiled = CompiledModel.of(session.graph(), List.of(), "portable");
    for (int e = 0; e < CALIBRATION.count(); e++) {
      List<Tensor> inputs = CALIBRATION.inputs(e);
      Tensor before = Interpreted.run(SmallNetwork.of(13), inputs).get(0);
      loss += error(before, compiled.outputs(inputs).get(0)) / CALIBRATION.count();
    }
    assertTrue(loss <= 0.05, "loss " + loss);
  }

  @Test
  void nothingIsLeftOutWhereTheLimitHolds() {
    Session session = quantized(SmallNetwork.of(13), ", max-drop: 0.5");
    assertTrue(session.findings().sensitivities().isEmpty());
    assertFalse(session.graph().isConstant("dw.weight"));
  }

  @Test
  void needsCalibrationData() {
    CompileException e =
        assertThrows(
            CompileException.class,
            () ->
                Recipes.run(SmallNetwork.of(13), Optional.empty(), "steps: [{method: quantize}]"));
    assertEquals(DiagnosticCode.RECIPE_INVALID, e.diagnostics().get(0).code());
  }

  @Test
  void optionsThatDoNotFitAreReported() {
    String problems =
        Recipes.problems(
            """
            steps:
              - method: quantize
                activations: uint8
                scheme: symmetric
                percentile: 99
                types: ["fc=int5"]
            """);
    assertTrue(problems.contains("'symmetric' needs signed activations, int8 or int16"), problems);
    assertTrue(problems.contains("'percentile' needs 'calibration: percentile'"), problems);
    assertTrue(
        problems.contains("has 'fc=int5', expected NAME=TYPE with int8, int4, int2 or float"),
        problems);
  }

  @Test
  void aDigitsNetworkKeepsItsAccuracy() {
    Compressor.Result result =
        RealModels.MNIST_CNN.compress(50, 500, "steps: [{method: quantize}]");
    double drop = result.score().orElseThrow() - result.steps().get(0).score().orElseThrow();
    assertTrue(drop <= 0.4, "drop " + drop);
    assertTrue(
        result.compressed().nodes().stream().filter(n -> Nodes.is(n, "Relu")).count() == 2,
        "the Relu behind each pool is left out");
  }
}
