package dev.coppice.compiler.compress.model;

import static dev.coppice.compiler.testing.OnnxModels.attribute;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.onnx.ImportOptions;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OnnxModels;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LayerTest {
  private static Tensor floats(int... dims) {
    return Tensor.fromDoubles(new TensorType(DType.FLOAT32, Shape.of(dims)), i -> i);
  }

  @Test
  void knowsTheAxesOfEachKind() {
    OnnxGraph graph =
        OnnxGraph.of(
            OnnxModels.graph()
                .input("x", DType.FLOAT32, 1, 4, 5, 5)
                .initializer("c", floats(6, 2, 3, 3))
                .initializer("cb", floats(6))
                .initializer("d", floats(6, 1, 2, 2))
                .initializer("t", floats(6, 3, 1, 1))
                .initializer("g", floats(7, 24))
                .initializer("m", floats(7, 5))
                .initializer("l", floats(9, 5))
                .initializer("shape", Tensor.ofLongs(Shape.of(2), 1, 24))
                .node("conv", "a = Conv(x, c, cb)", attribute("group", 2))
                .node("dw", "b = Conv(a, d)", attribute("group", 6))
                .node("up", "e = ConvTranspose(b, t)", attribute("group", 2))
                .node("f = Reshape(b, shape)")
                .node("gemm", "h = Gemm(f, g)", attribute("transB", 1))
                .node("mul", "i = MatMul(h, m)")
                .node("j = Transpose(i)")
                .node("left", "k = MatMul(l, j)")
                .output("k", DType.FLOAT32, 9, 1)
                .output("e", DType.FLOAT32, 1, 6, 2, 2)
                .model(13),
            ImportOptions.of("m.onnx"));
    List<Layer> layers = Layer.of(graph);
    assertEquals(
        List.of(
            "conv c 0 1 2",
            "dw d 0 1 6",
            "up t 1 0 2",
            "gemm g 0 1 1",
            "mul m 1 0 1",
            "left l 0 1 1"),
        layers.stream()
            .map(
                l ->
                    l.label()
                        + " "
                        + l.weights()
                        + " "
                        + l.outAxis()
                        + " "
                        + l.inAxis()
                        + " "
                        + l.groups())
            .toList());
    assertEquals(Optional.of("cb"), layers.get(0).bias());
    assertEquals(Optional.empty(), layers.get(1).bias());
    assertTrue(layers.get(1).isDepthwise(graph));
    assertEquals("j", layers.get(5).input());
  }

  @Test
  void aRecurrentNodeIsTwoLayers() {
    OnnxGraph graph =
        OnnxGraph.of(
            OnnxModels.graph()
                .input("x", DType.FLOAT32, 3, 1, 2)
                .initializer("w", floats(1, 16, 2))
                .initializer("r", floats(1, 16, 4))
                .node("lstm", "y = LSTM(x, w, r)", attribute("hidden_size", 4))
                .output("y", DType.FLOAT32, 3, 1, 1, 4)
                .model(14),
            ImportOptions.of("m.onnx"));
    assertEquals(List.of("w", "r"), Layer.of(graph).stream().map(Layer::weights).toList());
  }
}
