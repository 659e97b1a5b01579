package dev.coppice.compiler.compress.opset;

import static dev.coppice.compiler.testing.OnnxModels.attribute;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.evaluate.CompiledModel;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.testing.SameOutputs;
import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.driver.conformance.ConformanceCase;
import dev.coppice.compiler.onnx.ImportOptions;
import dev.coppice.compiler.onnx.wire.ImportLimits;
import dev.coppice.compiler.onnx.wire.OnnxFile;
import dev.coppice.compiler.onnx.wire.proto.AttributeProto;
import dev.coppice.compiler.onnx.wire.proto.FunctionProto;
import dev.coppice.compiler.onnx.wire.proto.ModelProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OnnxModels;
import dev.coppice.compiler.testing.Shared;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpsetUpgradeTest {
  private static final int[] TARGETS = {13, 17, 21};

  @Test
  void attributesThatBecameOperands() {
    assertSame(9, "y = Clip(x)", attribute("min", -0.5f), attribute("max", 1f));
    assertSame(9, "y = Clip(x)", attribute("min", -0.5f));
    assertSame(9, "y = Clip(x)");
    assertSame(9, "y = Slice(x)", ints("starts", 1, 0), ints("ends", 3, -1), ints("axes", 1, 3));
    assertSame(9, "y = Slice(x)", ints("starts", 0, 1), ints("ends", 1, 9));
    assertSame(9, "y = Pad(x)", ints("pads", 0, 0, 1, 2, 0, 0, 2, 0), attribute("value", 1.5f));
    assertSame(9, "y = Pad(x)", ints("pads", 0, 0, 1, 2, 0, 0, 2, 0), attribute("mode", "reflect"));
    assertSame(9, "y, i = TopK(x)", attribute("k", 2), attribute("axis", 1));
    assertSame(11, "y = Unsqueeze(x)", ints("axes", 0, 3));
    assertSame(11, "t = Unsqueeze(x); y = Squeeze(t)", ints("axes", 0));
    assertSame(11, "y = Split(x)", attribute("axis", 1));
    assertSame(9, "y, z = Split(x)", attribute("axis", 1), ints("split", 1, 3));
    assertSame(9, "y, z = Split(x)", attribute("axis", 1));
    assertSame(9, "y = Dropout(x)", attribute("ratio", 0.3f));
    assertSame(11, "y = Dropout(x)");
  }

  @Test
  void reductions() {
    for (String kind : List.of("Sum", "Mean", "Max", "Min", "L1", "L2", "LogSumExp", "SumSquare")) {
      assertSame(9, "y = Reduce" + kind + "(x)", ints("axes", 2, 3));
      assertSame(12, "y = Reduce" + kind + "(x)", attribute("keepdims", 0), ints("axes", -1));
      assertSame(8, "y = Reduce" + kind + "(x)", attribute("keepdims", 0));
    }
  }

  @Test
  void axesThatWereTakenTogether() {
    for (String kind : List.of("Softmax", "LogSoftmax", "Hardmax")) {
      for (int axis = 0; axis < 4; axis++) {
        assertSame(9, "y = " + kind + "(x)", attribute("axis", axis));
      }
      assertSame(12, "y = " + kind + "(x)");
      assertSame(11, "y = " + kind + "(x)", attribute("axis", -2));
    }
    OnnxGraph flat = graph(9, single("y = Softmax(x)", attribute("axis", 3)));
    OpsetUpgrade.to(flat, 13);
    assertEquals(1, flat.nodes().size());
  }

  @Test
  void shapesThatWereAlignedByAxis() {
    for (String kind : List.of("Add", "Sub", "Mul", "Div", "Pow")) {
      OnnxModels model =
          weighted(Tensor.ofFloats(Shape.of(4), 1, 2, 3, 4))
              .node("y = " + kind + "(x, w)", attribute("broadcast", 1), attribute("axis", 1));
      assertSame(6, model);
    }
    OnnxModels computed =
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 2, 4, 5, 3)
            .input("b", DType.FLOAT32, 4, 5)
            .node("y = Add(x, b)", attribute("broadcast", 1), attribute("axis", 1))
            .output("y");
    assertSame(6, computed);
    assertSame(
        6,
        weighted(Tensor.ofFloats(Shape.of(3), 1, 2, 3))
            .node("y = Add(x, w)", attribute("broadcast", 1)));
    assertSame(6, weighted(Tensor.ofFloats(Shape.of(4), 1, 2, 3, 4)).node("y = PRelu(x, w)"));
    assertSame(6, weighted(Tensor.ofFloats(Shape.of(1), 0.1f)).node("y = PRelu(x, w)"));
  }

  @Test
  void formsOfInference() {
    OnnxModels model =
        weighted(Tensor.ofFloats(Shape.of(4), 1, 2, 3, 4))
            .node(
                "t, , , , = BatchNormalization(x, w, w, w, w)",
                attribute("is_test", 1),
                attribute("spatial", 1))
            .node("y, mask = Dropout(t)", attribute("is_test", 1), attribute("ratio", 0.5f));
    assertSame(6, model);
    assertSame(
        7,
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 2, 3)
            .node("y, mask = Dropout(x)", attribute("ratio", 0.5f))
            .node("z = Add(mask, x)")
            .output("y")
            .output("z"));
  }

  @Test
  void resizing() {
    for (String mode : List.of("nearest", "linear")) {
      AttributeProto scales = attribute("scales", new float[] {1, 1, 2, 3});
      assertSame(7, "y = Upsample(x)", attribute("mode", mode), scales);
      assertSame(
          9,
          weighted(Tensor.ofFloats(Shape.of(4), 1, 1, 2, 1.5f))
              .node("y = Upsample(x, w)", attribute("mode", mode)));
      assertSame(
          10,
          weighted(Tensor.ofFloats(Shape.of(4), 1, 1, 0.6f, 0.5f))
              .node("y = Resize(x, w)", attribute("mode", mode)));
    }
    Tensor grid = Tensor.fromDoubles(type(2, 3, 3, 2), i -> Math.sin(i * 7));
    for (String mode : List.of("bilinear", "nearest", "bicubic")) {
      assertSame(16, weighted(grid).node("y = GridSample(x, w)", attribute("mode", mode)));
    }
  }

  @Test
  void valuesPerGroupBecomeValuesPerChannel() {
    OnnxModels model =
        weighted(Tensor.ofFloats(Shape.of(2), 2, 3))
            .node("y = GroupNormalization(x, w, w)", attribute("num_groups", 2));
    OnnxGraph before = graph(18, model.output("y"));
    OnnxGraph after = before.copy();
    OpsetUpgrade.to(after, 21);
    SameOutputs.interpreted(before, after);
  }

  @Test
  void bodiesAreWrittenAnewToo() {
    OnnxModels body =
        OnnxModels.graph()
            .node("s = Unsqueeze(x)", ints("axes", 0))
            .node("r = ReduceSum(s)", ints("axes", 1))
            .output("r", DType.FLOAT32, 1, 1, 4, 5, 3);
    OnnxModels other =
        OnnxModels.graph()
            .node("q = Unsqueeze(x)", ints("axes", 0))
            .node("p = ReduceMax(q)", ints("axes", 1))
            .output("p", DType.FLOAT32, 1, 1, 4, 5, 3);
    OnnxModels model =
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 2, 4, 5, 3)
            .input("c", DType.BOOL)
            .node("y = If(c)", attribute("then_branch", body), attribute("else_branch", other))
            .output("y", DType.FLOAT32, 1, 1, 4, 5, 3);
    assertSame(11, model);
  }

  @Test
  void newerModelsStayAsTheyAre() {
    OnnxGraph graph = graph(17, single("y = Relu(x)"));
    OpsetUpgrade.to(graph, 13);
    assertEquals(17, graph.opset());
    assertThrows(IllegalArgumentException.class, () -> OpsetUpgrade.to(graph, 22));
  }

  @Test
  void saysWhatCannotBeWritten() {
    OnnxGraph crop = graph(7, single("y = Crop(x)", ints("border", 1, 1, 1, 1)));
    CompileException e = assertThrows(CompileException.class, () -> OpsetUpgrade.to(crop, 13));
    assertTrue(
        e.getMessage()
            .startsWith(
                "[OpsetNotRaised] m.onnx, node 'y' (Crop): it cannot be written in opset 13 of"
                    + " 'ai.onnx': the operator was given up."),
        e.getMessage());
    ModelProto functions =
        single("y = Relu(x)").model(9).toBuilder()
            .addFunctions(FunctionProto.newBuilder().setName("f").setDomain("d"))
            .build();
    OnnxGraph local = OnnxGraph.of(functions, ImportOptions.of("m.onnx"));
    assertThrows(CompileException.class, () -> OpsetUpgrade.to(local, 13));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"mnist-8", "mnist-cnn-pytorch", "imagenet-squeezenet1.1", "imagenet-googlenet"})
  void realModelsComputeTheSame(String name) {
    Optional<Path> shared = Shared.folder();
    Assumptions.assumeTrue(shared.isPresent(), "skipped: the folder of shared models is absent");
    Path file = shared.orElseThrow().resolve("models").resolve(name).resolve("model.onnx");
    OnnxGraph before =
        OnnxGraph.of(OnnxFile.load(file, ImportLimits.defaults()), ImportOptions.of(name));
    OnnxGraph after = before.copy();
    OpsetUpgrade.to(after, 13);
    assertEquals(13, after.opset());
    OnnxGraph last = after.copy();
    OpsetUpgrade.to(last, OpsetUpgrade.NEWEST);
    SameOutputs.compiled(before, last, 2);
    List<Tensor> inputs = SameOutputs.inputs(before, 3);
    CompiledModel expected = CompiledModel.of(before, List.of(), "portable");
    SameOutputs.runtime(after, inputs, expected.outputs(inputs));
  }

  /** The operators as an exporter of opset 6 wrote them. */
  @Test
  void exportedOperatorsComputeTheSame() {
    Optional<Path> backend = Shared.onnxBackend();
    Assumptions.assumeTrue(backend.isPresent(), "skipped: the ONNX backend data is absent");
    int same = 0;
    for (String folder : List.of("pytorch-operator", "pytorch-converted")) {
      for (ConformanceCase c : ConformanceCase.below(backend.orElseThrow().resolve(folder))) {
        OnnxGraph before =
            OnnxGraph.of(
                OnnxFile.load(c.model(), ImportLimits.defaults()), ImportOptions.of(c.name()));
        OnnxGraph after = before.copy();
        OpsetUpgrade.to(after, OpsetUpgrade.NEWEST);
        List<Tensor> inputs = SameOutputs.inputs(before, 1);
        SameOutputs.assertClose(
            SameOutputs.outputs(before, inputs), SameOutputs.outputs(after, inputs), c.name());
        same++;
      }
    }
    assertTrue(same > 80, same + " models");
  }

  private static AttributeProto ints(String name, int... values) {
    return attribute(name, values);
  }

  private static TensorType type(int... dims) {
    return TensorType.of(DType.FLOAT32, dims);
  }

  private static OnnxModels single(String calls, AttributeProto... attributes) {
    OnnxModels model = OnnxModels.graph().input("x", DType.FLOAT32, 2, 4, 5, 3);
    List<String> results = new ArrayList<>();
    for (String call : calls.split(";")) {
      model.node(call.strip(), attributes);
      results.addAll(List.of(call.substring(0, call.indexOf('=')).strip().split(", ")));
    }
    results.stream().filter(r -> !r.equals("t")).forEach(model::output);
    return model;
  }

  private static OnnxModels weighted(Tensor w) {
    return OnnxModels.graph().input("x", DType.FLOAT32, 2, 4, 5, 3).initializer("w", w);
  }

  private static void assertSame(int opset, String calls, AttributeProto... attributes) {
    assertSame(opset, single(calls, attributes), false);
  }

  private static void assertSame(int opset, OnnxModels model) {
    assertSame(opset, model, model.build().getOutputCount() == 0);
  }

  private static void assertSame(int opset, OnnxModels model, boolean outputIsY) {
    OnnxGraph before = graph(opset, outputIsY ? model.output("y") : model);
    for (int target : TARGETS) {
      OnnxGraph after = before.copy();
      OpsetUpgrade.to(after, target);
      assertEquals(Math.max(opset, target), after.opset());
      SameOutputs.interpreted(before, after);
      List<Tensor> inputs = SameOutputs.inputs(before, 1);
      SameOutputs.runtime(after, inputs, SameOutputs.outputs(before, inputs));
    }
  }

  private static OnnxGraph graph(int opset, OnnxModels model) {
    return OnnxGraph.of(model.model(opset), ImportOptions.of("m.onnx"));
  }
}
