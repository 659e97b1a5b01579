package dev.coppice.compiler.compress.binarize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.evaluate.CompiledModel;
import dev.coppice.compiler.compress.model.Layer;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.quantize.SmallNetwork;
import dev.coppice.compiler.compress.recipe.Decision;
import dev.coppice.compiler.compress.recipe.Session;
import dev.coppice.compiler.compress.testing.Recipes;
import dev.coppice.compiler.compress.testing.SameOutputs;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.onnx.ImportOptions;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
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

class FewValuesTest {
  @ParameterizedTest
  @CsvSource({
    "ternarize, channel, 7",
    "ternarize, tensor,  9",
    "ternarize, channel, 13",
    "ternarize, channel, 21",
    "binarize,  channel, 9",
    "binarize,  tensor,  13",
    "binarize,  tensor,  21",
  })
  void computesWithTheDiscreteWeightsInEveryOpset(String method, String granularity, int opset) {
    OnnxGraph before = SmallNetwork.of(opset);
    Session session =
        Recipes.run(
            before,
            Optional.empty(),
            "steps: [{method: %s, granularity: %s, ends: true}]".formatted(method, granularity));
    OnnxGraph after = session.graph();
    assertTrue(Layer.of(after).isEmpty());
    OnnxGraph replaced = before.copy();
    for (Layer layer : Layer.of(before)) {
      Tensor w = before.constant(layer.weights()).orElseThrow();
      int axis = granularity.equals("channel") ? layer.outAxis() : -1;
      replaced.constant(
          layer.weights(),
          method.equals("binarize")
              ? BinaryWeights.of(w, axis).dequantized()
              : TernaryWeights.of(w, axis, TernaryThreshold.MEAN).dequantized());
    }
    SameOutputs.interpreted(replaced, after);
    SameOutputs.compiled(replaced, after, 2);
  }

  @Test
  void firstAndLastLayersStayUnlessAskedFor() {
    Session session =
        Recipes.run(SmallNetwork.of(13), Optional.empty(), "steps: [{method: ternarize}]");
    List<String> left =
        session.findings().decisions().stream()
            .filter(d -> d.what().equals("left as it is"))
            .map(Decision::layer)
            .toList();
    assertEquals(List.of("stem", "fc"), left);
    assertTrue(session.graph().isConstant("stem.weight"));
    assertFalse(session.graph().isConstant("dw.weight"));
  }

  @ParameterizedTest
  @CsvSource({"9, INT8, Cast;Mul", "13, INT8, DequantizeLinear", "21, INT4, DequantizeLinear"})
  void theFileHoldsSmallIntegers(int opset, DType type, String operators) {
    OnnxGraph after =
        Recipes.run(
                SmallNetwork.of(opset),
                Optional.empty(),
                "steps: [{method: binarize, layers: [pw]}]")
            .graph();
    assertEquals(type, after.type("pw.weight_quantized").dtype());
    List<String> first = after.nodes().stream().map(NodeProto::getOpType).limit(2).toList();
    assertTrue(String.join(";", first).startsWith(operators), first.toString());
  }

  @Test
  void theClassStoresTwoBitsOrOne() {
    OnnxGraph dense =
        OnnxGraph.of(
            OnnxModels.graph()
                .input("x", DType.FLOAT32, 1, 256)
                .initializer("w", SmallNetwork.random(new Random(3), 1, 256, 128))
                .output("y", DType.FLOAT32, 1, 128)
                .node("y = MatMul(x, w)")
                .model(13),
            ImportOptions.of("dense.onnx"));
    long scales = 32 * 128;
    long weights = 256 * 128;
    // 43 % zeros are 1.56 bits, and a Huffman code of three values takes 1.57.
    assertTrue(bits(dense, "ternarize, ends: true") < 1.7 * weights + scales);
    assertTrue(bits(dense, "ternarize, ends: true, granularity: tensor") < 1.7 * weights);
    assertTrue(bits(dense, "binarize, ends: true") < 1.1 * weights + scales);
    assertTrue(bits(dense, "binarize, ends: true, granularity: tensor") < 1.1 * weights);
  }

  private static long bits(OnnxGraph graph, String step) {
    OnnxGraph after =
        Recipes.run(graph, Optional.empty(), "steps: [{method: %s}]".formatted(step)).graph();
    return 8 * CompiledModel.of(after, List.of(), "portable").resourceBytes();
  }

  @Test
  void weightsThatAreNotFiniteStay() {
    OnnxGraph graph =
        OnnxGraph.of(
            OnnxModels.graph()
                .input("x", DType.FLOAT32, 1, 2)
                .initializer("w", Tensor.ofFloats(Shape.of(2, 2), 1, Float.NaN, 2, 3))
                .output("y", DType.FLOAT32, 1, 2)
                .node("y = MatMul(x, w)")
                .model(13),
            ImportOptions.of("nan.onnx"));
    Session session =
        Recipes.run(graph, Optional.empty(), "steps: [{method: binarize, ends: true}]");
    assertTrue(session.graph().isConstant("w"));
    assertEquals(DiagnosticCode.WEIGHTS_LEFT_ALONE, session.notes().diagnostics().get(0).code());
  }

  @Test
  void sharedWeightsAreStoredOnce() {
    OnnxGraph graph =
        OnnxGraph.of(
            OnnxModels.graph()
                .input("x", DType.FLOAT32, 1, 4)
                .initializer("w", SmallNetwork.random(new Random(2), 1, 4, 4))
                .output("y", DType.FLOAT32, 1, 4)
                .node("r = MatMul(x, w)")
                .node("y = MatMul(r, w)")
                .model(13),
            ImportOptions.of("shared.onnx"));
    OnnxGraph after =
        Recipes.run(graph, Optional.empty(), "steps: [{method: ternarize, ends: true}]").graph();
    List<String> operators = after.nodes().stream().map(NodeProto::getOpType).toList();
    assertEquals(List.of("DequantizeLinear", "MatMul", "MatMul"), operators);
  }
}
