package dev.coppice.compiler.compress;

import static dev.coppice.compiler.testing.OnnxModels.attribute;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.Diagnostic;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.onnx.wire.ImportLimits;
import dev.coppice.compiler.onnx.wire.OnnxFile;
import dev.coppice.compiler.onnx.wire.TensorReader;
import dev.coppice.compiler.onnx.wire.proto.ModelProto;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.onnx.wire.proto.TensorProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.OnnxModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompressorTest {
  private static final String INT8 = "steps: [{method: quantize}]";

  @Test
  void removesAFractionOfEachLayer() {
    ModelProto model = twoLayers(13);
    ModelProto pruned = compress(model, "steps: [{method: prune, amount: 0.5}]").model();
    assertEquals(36, zeros(tensor(pruned, "w1")));
    assertEquals(16, zeros(tensor(pruned, "w2")));
    assertEquals(tensor(model, "b1"), tensor(pruned, "b1"));
    assertEquals(model.getGraph().getNodeList(), pruned.getGraph().getNodeList());
  }

  @Test
  void removesAFractionOfAllLayersTogether() {
    CompressionReport report =
        compress(twoLayers(13), "steps: [{method: prune, amount: 0.8, scope: global}]").report();
    assertEquals(Math.round(0.8 * (72 + 32)), report.zeros());
    // Weights of the second layer are ten times larger.
    assertEquals(72, report.tensors().get(0).zeros());
    assertEquals(11, report.tensors().get(1).zeros());
    assertEquals(72 / 8, report.tensors().get(0).bytesAfter());
    assertEquals(32 / 8 + 21 * 4, report.tensors().get(1).bytesAfter());
  }

  @Test
  void tellsThatALayerIsPrunedAway() {
    DiagnosticSink sink = new DiagnosticSink();
    compress(twoLayers(13), "steps: [{method: prune, amount: 0.8, scope: global}]", sink);
    assertEquals(
        List.of(
            "[LayerPrunedAway] m.onnx: all weights 'w1' are removed, so what they lead to is"
                + " constant. Remove less, exclude them, or use 'scope: layer'."),
        texts(sink));
  }

  @Test
  void writesBytesAndDequantizeLinear() {
    ModelProto small = compress(twoLayers(13), INT8).model();
    NodeProto first = small.getGraph().getNode(0);
    assertEquals("DequantizeLinear", first.getOpType());
    assertEquals(List.of("w1_quantized", "w1_scale"), first.getInputList());
    assertEquals(List.of("w1"), first.getOutputList());
    assertEquals(0, first.getAttribute(0).getI());
    assertEquals(1, small.getGraph().getNode(1).getAttribute(0).getI());
    assertEquals(DType.INT8, tensor(small, "w1_quantized").dtype());
    assertEquals(Shape.of(4), tensor(small, "w1_scale").shape());
    assertEquals(Shape.of(8), tensor(small, "w2_scale").shape());
    assertEquals(13, small.getOpsetImport(0).getVersion());
    assertTrue(
        small.getGraph().getInitializerList().stream().noneMatch(t -> t.getName().equals("w1")));
  }

  @Test
  void writesBytesCastAndMulForOldOpsets() {
    ModelProto small = compress(twoLayers(9), INT8).model();
    assertEquals(
        List.of("Cast", "Mul", "Cast", "Mul"),
        small.getGraph().getNodeList().subList(0, 4).stream().map(NodeProto::getOpType).toList());
    assertEquals(Shape.of(4, 1, 1, 1), tensor(small, "w1_scale").shape());
    assertEquals(Shape.of(8), tensor(small, "w2_scale").shape());
    assertEquals(9, small.getOpsetImport(0).getVersion());
  }

  @Test
  void aQuantizedWeightIsNoInputAnyMore() {
    ModelProto.Builder old = twoLayers(8).toBuilder().setIrVersion(3);
    old.getGraphBuilder().addInput(OnnxModels.value("w1", DType.FLOAT32, 4, 2, 3, 3));
    ModelProto small = compress(old.build(), INT8).model();
    assertEquals(
        List.of("x"), small.getGraph().getInputList().stream().map(i -> i.getName()).toList());
    assertEquals(4, small.getIrVersion());
  }

  @Test
  void selectsByNamesOfNodesAndInitializers() {
    assertEquals(List.of("w1"), changed("steps: [{method: quantize, layers: ['con*']}]"));
    assertEquals(
        List.of("w2"), changed("steps: [{method: quantize, layers: ['w?'], exclude: [conv]}]"));
    assertEquals(List.of("w1"), changed("steps: [{method: quantize, exclude: [fc]}]"));
  }

  @Test
  void tellsNamesThatTheModelDoesNotHave() {
    CompileException e =
        assertThrows(
            CompileException.class,
            () -> compress(twoLayers(13), "steps:\n- {method: quantize, layers: [covn, 'x*']}"));
    assertEquals(
        List.of(
            "[UnknownNode] r.yaml:2: no node or initializer with weights is named 'covn' (did"
                + " you mean 'conv'?).",
            "[UnknownNode] r.yaml:2: no node or initializer with weights is named 'x*'."),
        e.diagnostics().stream().map(Diagnostic::text).toList());
  }

  @Test
  void quotesWhatGlobsDoNotMean() {
    LayerSelection.Glob glob = new LayerSelection.Glob("a.b[*]\\E?", 1);
    assertTrue(
        glob.matches(new Weight("a.b[xy]\\Ez", List.of(), TensorProto.getDefaultInstance(), 0)));
    assertFalse(
        glob.matches(new Weight("aXb[xy]\\Ez", List.of(), TensorProto.getDefaultInstance(), 0)));
  }

  @Test
  void channelsAreFoundBehindTransposeReshapeAndIdentity() {
    OnnxModels g = OnnxModels.graph().input("x", DType.FLOAT32, 1, 6).output("y");
    g.initializer("w", random(1, 4, 3, 2));
    g.initializer("s", Tensor.ofLongs(Shape.of(2), 0, -1));
    g.node("r", "r = Reshape(w, s)").node("i", "i = Identity(r)");
    g.node("t", "t = Transpose(i)").node("fc", "y = MatMul(x, t)");
    ModelProto small = compress(g.model(13), INT8).model();
    assertEquals("Cast", small.getGraph().getNode(0).getOpType());
    assertEquals(Shape.of(4, 1, 1), tensor(small, "w_scale").shape());
  }

  @Test
  void aDissolvedChannelAxisGivesOneScale() {
    OnnxModels g = OnnxModels.graph().input("x", DType.FLOAT32, 1, 6).output("y");
    g.initializer("w", random(1, 3, 8)).initializer("s", Tensor.ofLongs(Shape.of(2), 6, 4));
    g.node("r", "r = Reshape(w, s)").node("fc", "y = MatMul(x, r)");
    ModelProto small = compress(g.model(13), INT8).model();
    assertEquals(Shape.SCALAR, tensor(small, "w_scale").shape());
    ModelProto one =
        compress(twoLayers(13), "steps: [{method: quantize, granularity: tensor}]").model();
    assertEquals(0, one.getGraph().getNode(0).getAttributeCount());
    assertEquals(Shape.SCALAR, tensor(one, "w1_scale").shape());
  }

  @Test
  void channelAxesFollowTheLayer() {
    OnnxModels g = OnnxModels.graph().input("x", DType.FLOAT32, 1, 3, 5, 5).output("y");
    g.initializer("up", random(1, 3, 7, 2, 2)).initializer("left", random(2, 5, 7));
    g.initializer("a", random(3, 6, 7)).initializer("b", random(4, 7, 7));
    g.node("u", "u = ConvTranspose(x, up)").node("m", "m = MatMul(left, u)");
    g.node("g", "g = Gemm(a, z)", attribute("transA", 1));
    g.node("h", "y = Gemm(g, b)", attribute("transB", 1));
    List<Decision> plan = compress(g.model(13), INT8).report().plan().decisions();
    assertEquals(
        List.of(
            new Decision.Quantize("up", 1),
            new Decision.Quantize("left", 0),
            new Decision.Quantize("a", 1),
            new Decision.Quantize("b", 0)),
        plan);
  }

  @Test
  void constantNodesAreWeights() {
    OnnxModels g = OnnxModels.graph().input("x", DType.FLOAT32, 1, 6).output("y");
    g.node("c", "w = Constant()", attribute("value", random(1, 6, 4)));
    g.node("fc", "y = MatMul(x, w)");
    ModelProto pruned = compress(g.model(13), "steps: [{method: prune, amount: 0.25}]").model();
    TensorProto data = pruned.getGraph().getNode(0).getAttribute(0).getT();
    assertEquals(6, zeros(new TensorReader(SourceRef.NONE, ImportLimits.defaults()).read(data)));
    ModelProto small = compress(g.model(13), INT8).model();
    assertEquals(
        List.of("DequantizeLinear", "MatMul"),
        small.getGraph().getNodeList().stream().map(NodeProto::getOpType).toList());
  }

  @Test
  void aSharedWeightIsHandledOnce() {
    OnnxModels g = OnnxModels.graph().input("x", DType.FLOAT32, 1, 6).output("y");
    g.initializer("w", random(1, 6, 6)).node("a", "t = MatMul(x, w)").node("b", "y = MatMul(t, w)");
    CompressionReport report = compress(g.model(13), INT8).report();
    assertEquals(1, report.tensors().size());
    assertEquals(List.of("a", "b"), report.tensors().get(0).nodes());
  }

  @Test
  void tellsWhatIsLeftAlone() {
    OnnxModels g = OnnxModels.graph().input("x", DType.FLOAT32, 1, 2).output("y");
    Tensor bad = Tensor.ofFloats(Shape.of(2, 2), 1, Float.NaN, 0, 1);
    g.initializer("ok", random(1, 2, 2)).initializer("both", random(1, 2, 2));
    g.initializer("nan", bad)
        .initializer("q", Tensor.splat(random(1, 2, 2).type().with(DType.INT8), 1));
    g.initializer("h", Tensor.splat(random(1, 2, 2).type().with(DType.FLOAT64), 1));
    g.initializer("s", Tensor.scalar(1)).node("dq", "d = DequantizeLinear(q, s)");
    g.node("a", "t = Gemm(x, both, both)")
        .node("b", "u = MatMul(t, d)")
        .node("e", "o = MatMul(u, h)");
    g.node("c", "v = MatMul(u, nan)").node("d", "y = MatMul(v, ok)");
    DiagnosticSink sink = new DiagnosticSink();
    Compressor.Result result = compress(g.model(13), INT8, sink);
    assertEquals(
        List.of(
            "[WeightsLeftAlone] m.onnx, node 'a' (Gemm): weights 'both' stay as they are: a layer"
                + " uses them as bias or in a batch normalization, too.",
            "[WeightsLeftAlone] m.onnx, node 'dq' (DequantizeLinear): weights 'q' stay as they are:"
                + " they are quantized already.",
            "[WeightsLeftAlone] m.onnx, node 'e' (MatMul): weights 'h' stay as they are: they are"
                + " not float32.",
            "[WeightsLeftAlone] m.onnx: weights 'nan' stay as they are: some are infinite or"
                + " undefined, which bytes cannot be."),
        texts(sink));
    assertEquals(1, result.report().tensors().size());
  }

  @Test
  void refusesAModelWithoutWeights() {
    ModelProto relu =
        OnnxModels.graph().input("x", DType.FLOAT32, 2).output("y").node("y = Relu(x)").model(13);
    assertEquals(
        "[NoWeights] m.onnx: there are no float32 constants that Conv, ConvTranspose, Gemm or"
            + " MatMul multiply with. Export the model with its weights as initializers.",
        assertThrows(CompileException.class, () -> compress(relu, INT8)).getMessage());
  }

  @Test
  void stepsSeeWhatTheStepsBeforeThemLeft() {
    String recipe =
        "steps: [{method: prune, amount: 0.5}, {method: quantize}, {method: prune, amount: 0.75}]";
    CompressionReport report = compress(twoLayers(13), recipe).report();
    assertEquals(54, report.tensors().get(0).zeros());
    assertTrue(report.tensors().get(0).int8());
    assertEquals(4 * 4 + 72 / 8 + 18, report.tensors().get(0).bytesAfter());
    assertTrue(report.tensors().get(0).relativeError() < 0.8);
  }

  @Test
  void aPlanCanBeReplayed() {
    ModelProto model = twoLayers(13);
    Compressor.Result result =
        compress(model, "steps: [{method: prune, amount: 0.7, scope: global}, {method: quantize}]");
    String recorded = result.model().getMetadataProps(0).getValue();
    assertEquals(result.report().plan(), CompressionPlan.parse(recorded));
    assertEquals(result, Compressor.replay(model, "m.onnx", CompressionPlan.parse(recorded)));
    CompressionPlan foreign = CompressionPlan.parse("quantize \"w9\" int8 axis=0");
    assertEquals(
        "the model has no weights 'w9'",
        assertThrows(IllegalArgumentException.class, () -> Compressor.replay(model, "m", foreign))
            .getMessage());
  }

  @Test
  void namesDoNotClash() {
    ModelProto.Builder model = twoLayers(13).toBuilder();
    model.getGraphBuilder().addInput(OnnxModels.value("w1_scale", DType.FLOAT32, 1));
    NodeProto first = compress(model.build(), INT8).model().getGraph().getNode(0);
    assertEquals("w1_scale_1", first.getInput(1));
  }

  @Test
  void filesAreWrittenAtOnceAndEqualInputGivesEqualBytes(@TempDir Path folder) throws IOException {
    Path model = folder.resolve("m.onnx");
    Path recipe = Files.writeString(folder.resolve("r.yaml"), INT8);
    OnnxFile.save(twoLayers(13), model);
    byte[] before = Files.readAllBytes(model);
    DiagnosticSink sink = new DiagnosticSink();
    CompressionReport report = Compressor.compress(model, recipe, folder.resolve("a.onnx"), sink);
    Compressor.compress(model, recipe, folder.resolve("b.onnx"), sink);
    assertArrayEquals(
        Files.readAllBytes(folder.resolve("a.onnx")), Files.readAllBytes(folder.resolve("b.onnx")));
    assertEquals(Files.size(folder.resolve("a.onnx")), report.fileBytesAfter());
    assertEquals(Files.size(model), report.fileBytesBefore());
    for (Path out : List.of(model, folder.resolve("sub/../m.onnx"), recipe)) {
      assertTrue(
          assertThrows(CompileException.class, () -> Compressor.compress(model, recipe, out, sink))
              .getMessage()
              .contains("the result would replace the file it is made from"));
    }
    assertArrayEquals(before, Files.readAllBytes(model));
    try (var files = Files.list(folder)) {
      assertEquals(4, files.count());
    }
  }

  @Test
  void theReportIsATable() {
    CompressionReport report = compress(twoLayers(13), INT8).report();
    List<String> lines = report.text().lines().toList();
    assertEquals(
        "weights   elements    zeros   type       bytes     encoded     error", lines.get(0));
    assertTrue(
        lines.get(1).startsWith("w1              72    0.00%   int8         288          88 "));
    assertTrue(lines.get(3).startsWith("total          104 "));
    assertTrue(lines.get(4).matches("file: \\d+ bytes, was \\d+"));
  }

  private static List<String> changed(String recipe) {
    return compress(twoLayers(13), recipe).report().tensors().stream()
        .map(TensorReport::tensor)
        .toList();
  }

  private static List<String> texts(DiagnosticSink sink) {
    return sink.diagnostics().stream().map(Diagnostic::text).toList();
  }

  private static Compressor.Result compress(ModelProto model, String recipe) {
    return compress(model, recipe, new DiagnosticSink());
  }

  private static Compressor.Result compress(ModelProto model, String yaml, DiagnosticSink sink) {
    Recipe recipe = RecipeReader.parse(yaml, "r.yaml", sink).orElseThrow();
    return Compressor.compress(model, "m.onnx", recipe, sink);
  }

  /** A convolution with 72 weights and a matrix product with 32, ten times larger. */
  static ModelProto twoLayers(int opset) {
    OnnxModels g = OnnxModels.graph().input("x", DType.FLOAT32, 1, 2, 3, 3);
    g.initializer("w1", random(1, 4, 2, 3, 3)).initializer("b1", random(2, 4));
    Tensor w2 = random(3, 4, 8);
    g.initializer("w2", Tensor.fromDoubles(w2.type(), i -> w2.floatAt(i) * 10));
    g.node("conv", "c = Conv(x, w1, b1)").node("f", "f = Flatten(c)");
    g.node("fc", "y = MatMul(f, w2)").output("y", DType.FLOAT32, 1, 8);
    return g.model(opset);
  }

  private static Tensor random(long seed, int... dims) {
    Random random = new Random(seed);
    float[] values = new float[Shape.of(dims).size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (0.5f + random.nextFloat()) * (random.nextBoolean() ? 1 : -1);
    }
    return Tensor.ofFloats(Shape.of(dims), values);
  }

  private static Tensor tensor(ModelProto model, String name) {
    TensorProto proto =
        model.getGraph().getInitializerList().stream()
            .filter(t -> t.getName().equals(name))
            .findFirst()
            .orElseThrow();
    return new TensorReader(SourceRef.NONE, ImportLimits.defaults()).read(proto);
  }

  private static int zeros(Tensor tensor) {
    int zeros = 0;
    for (int i = 0; i < tensor.size(); i++) {
      zeros += tensor.floatAt(i) == 0 ? 1 : 0;
    }
    return zeros;
  }
}
