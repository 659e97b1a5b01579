package dev.coppice.compiler.compress.merge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.Compressor;
import dev.coppice.compiler.compress.Methods;
import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.recipe.Decision;
import dev.coppice.compiler.compress.recipe.Progress;
import dev.coppice.compiler.compress.recipe.Recipe;
import dev.coppice.compiler.compress.recipe.RecipeReader;
import dev.coppice.compiler.compress.testing.SameOutputs;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.onnx.ImportOptions;
import dev.coppice.compiler.onnx.wire.ImportLimits;
import dev.coppice.compiler.onnx.wire.OnnxFile;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.testing.OnnxModels;
import dev.coppice.compiler.testing.Shared;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MergeTest {
  private static final int GRAPHS = 200;

  /** Inputs of each random network, of two pictures. */
  private static final int INPUTS = 3;

  private static final String RECIPE =
      """
      steps:
        - method: merge
          with: [drop-softmax]
          without: [matmul-to-gemm]
      """;

  private static OnnxGraph network() {
    return OnnxGraph.of(
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 1, 2, 4, 4)
            .initializer("w", MergeCase.random("w", 3, 2, 3, 3))
            .initializer("s", MergeCase.random("s", 3, 1, 1))
            .initializer("v", MergeCase.random("v", 12, 4))
            .initializer("b", MergeCase.random("b", 4))
            .node("conv", "t = Conv(x, w)")
            .node("scale", "u = Mul(t, s)")
            .node("relu", "r = Relu(u)")
            .node("again", "q = Relu(r)")
            .node("rows", "f = Flatten(q)")
            .node("product", "p = MatMul(f, v)")
            .node("bias", "z = Add(p, b)")
            .node("softmax", "y = Softmax(z)")
            .output("y")
            .model(13),
        ImportOptions.of("m.onnx"));
  }

  @Test
  void aRecipeChoosesRulesAndReportsThem() {
    Compressor.StepResult step = run(network(), RECIPE);
    assertEquals(
        List.of("Conv", "Relu", "Flatten", "MatMul", "Add"),
        step.graph().nodes().stream().map(NodeProto::getOpType).toList());
    assertEquals(
        List.of(
            "conv: takes in scale: 3 channels (fold-scale)",
            "again: Relu is dropped (remove-identities)",
            "softmax: Softmax is dropped: output is its input (drop-softmax)",
            "8 nodes become 5 (1 fold-scale, 1 remove-identities, 1 drop-softmax)"),
        step.findings().decisions().stream().map(Decision::text).toList());
  }

  @Test
  void namedRulesAloneApplyToNamedLayers() {
    OnnxGraph named = run(network(), "steps: [{method: merge, rules: [matmul-to-gemm]}]").graph();
    assertEquals(
        List.of("Conv", "Mul", "Relu", "Relu", "Flatten", "Gemm", "Softmax"),
        named.nodes().stream().map(NodeProto::getOpType).toList());
    OnnxGraph without =
        run(network(), "steps: [{method: merge, rules: [fold-scale], exclude: [conv]}]").graph();
    assertEquals(8, without.nodes().size());
  }

  @Test
  void unknownRulesAreRefused() {
    DiagnosticSink sink = new DiagnosticSink();
    RecipeReader.parse(
        "steps: [{method: merge, without: [fold-batchnorm]}]",
        "r.yaml",
        Path.of("."),
        Methods.ALL,
        sink);
    assertTrue(
        sink.diagnostics().get(0).text().contains("no rule is named 'fold-batchnorm'"),
        () -> sink.diagnostics().get(0).text());
  }

  /** Every standard rule fires somewhere, and no graph computes anything else after. */
  @Test
  void randomNetworksComputeTheSame() {
    Map<String, Integer> fired = new TreeMap<>();
    for (int seed = 0; seed < GRAPHS; seed++) {
      OnnxGraph before = RandomConvGraphs.of(seed);
      OnnxGraph after = before.copy();
      for (Merge.Done done : Merge.run(new Merging(after, l -> true, false), MergeRules.STANDARD)) {
        fired.merge(done.rule(), 1, Integer::sum);
      }
      assertTrue(after.nodes().size() <= before.nodes().size(), "seed " + seed);
      SameOutputs.interpreted(before, after, INPUTS);
      OnnxGraph again = after.copy();
      assertEquals(List.of(), Merge.run(new Merging(again, l -> true, false), MergeRules.STANDARD));
    }
    assertEquals(
        MergeRules.STANDARD.stream().map(MergeRule::name).sorted().toList(),
        new ArrayList<>(fired.keySet()),
        fired::toString);
  }

  /** All rules, also those on request, and also where that multiplies more. */
  @Test
  void randomNetworksComputeTheSameUnderAllRules() {
    List<MergeRule> rules = new ArrayList<>(MergeRules.STANDARD);
    MergeRules.ON_REQUEST.stream()
        .filter(r -> !r.name().equals("drop-softmax"))
        .forEach(rules::add);
    for (int seed = GRAPHS; seed < GRAPHS + GRAPHS / 4; seed++) {
      OnnxGraph before = RandomConvGraphs.of(seed);
      OnnxGraph after = before.copy();
      Merge.run(new Merging(after, l -> true, true), rules);
      SameOutputs.interpreted(before, after, INPUTS);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "mlperf-tiny-ic01-resnet8,30,23",
    "cifar10-resnet20,73,54",
    "mlperf-tiny-kws01-dscnn,31,22",
    "mnist-conv-bn,13,11",
    "imagenet-squeezenet1.1,66,65",
    "imagenet-googlenet,142,142",
    "mlperf-tiny-ad01-autoencoder,28,19"
  })
  void realNetworksComputeTheSame(String name, int nodes, int fewer) {
    Optional<Path> shared = Shared.folder();
    Assumptions.assumeTrue(shared.isPresent(), "skipped: the folder of shared models is absent");
    Path file = shared.orElseThrow().resolve("models").resolve(name).resolve("model.onnx");
    OnnxGraph before =
        OnnxGraph.of(OnnxFile.load(file, ImportLimits.defaults()), ImportOptions.of(name));
    OnnxGraph after = before.copy();
    Merge.standard(after);
    assertEquals(nodes, before.nodes().size());
    assertEquals(fewer, after.nodes().size());
    assertTrue(after.nodes().stream().noneMatch(n -> Nodes.is(n, "BatchNormalization")));
    SameOutputs.compiled(before, after, 2);
  }

  private static Compressor.StepResult run(OnnxGraph graph, String recipe) {
    DiagnosticSink sink = new DiagnosticSink();
    Optional<Recipe> read = RecipeReader.parse(recipe, "r.yaml", Path.of("."), Methods.ALL, sink);
    sink.throwIfErrors();
    return Compressor.compress(graph, read.orElseThrow(), sink, Progress.NONE).steps().get(0);
  }
}
