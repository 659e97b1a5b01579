package dev.coppice.compiler.compress.quantize;

import static dev.coppice.compiler.testing.OnnxModels.attribute;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.model.Layer;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.testing.SmallNetwork;
import dev.coppice.compiler.onnx.ImportOptions;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.OnnxModels;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class QuantizationPlanTest {
  /** Bounds belong to what is before them; the last result stays in float. */
  @Test
  void residualNetwork() {
    QuantizationPlan plan = plan(SmallNetwork.of(13), "");
    assertEquals(List.of("x", "r", "dr", "p", "ar", "g", "f"), List.copyOf(plan.values()));
    assertEquals("g", plan.scaleOf().get("f"));
    assertTrue(plan.bounded().isEmpty());
  }

  /** Without the layer behind them, sum and pool need no integers, nor does what they read. */
  @Test
  void whatLeadsToNoLayerStaysInFloat() {
    QuantizationPlan plan = plan(SmallNetwork.of(13), "y");
    assertEquals(List.of("x", "r", "dr"), List.copyOf(plan.values()));
  }

  /** A pool between a layer and its Relu has the Relu's range all the way. */
  @Test
  void poolBeforeRelu() {
    OnnxGraph graph = pooled("p = MaxPool(c)", "r = Relu(p)");
    QuantizationPlan plan = plan(graph, "");
    assertEquals(List.of("x", "c", "p", "r", "f"), List.copyOf(plan.values()));
    assertEquals(plan.scaleOf().get("r"), plan.scaleOf().get("c"));
    assertEquals(List.of("p", "c"), List.copyOf(plan.bounded()));
    QuantizationPlan symmetric = QuantizationPlan.of(graph, Layer.of(graph), false);
    assertTrue(symmetric.bounded().isEmpty());
  }

  /** Other activation functions are computed in float. */
  @Test
  void sigmoidStaysInFloat() {
    QuantizationPlan plan = plan(pooled("p = MaxPool(c)", "r = Sigmoid(p)"), "");
    assertEquals(List.of("x", "r", "f"), List.copyOf(plan.values()));
  }

  @Test
  void padsWithSomethingElseAreNoMoves() {
    OnnxGraph graph =
        OnnxGraph.of(
            OnnxModels.graph()
                .input("x", DType.FLOAT32, 1, 2)
                .initializer("pads", Tensor.ofLongs(Shape.of(4), 0, 1, 0, 0))
                .initializer("one", Tensor.scalar(1))
                .initializer("zero", Tensor.scalar(0))
                .node("y = Pad(x, pads, one)")
                .node("z = Pad(x, pads, zero)")
                .output("y")
                .output("z")
                .model(13),
            ImportOptions.of("pads.onnx"));
    assertEquals(
        List.of(false, true),
        graph.nodes().stream().map(n -> QuantizationPlan.moves(n, graph)).toList());
  }

  private static QuantizationPlan plan(OnnxGraph graph, String without) {
    List<Layer> layers = Layer.of(graph).stream().filter(l -> !l.output().equals(without)).toList();
    return QuantizationPlan.of(graph, layers, true);
  }

  private static OnnxGraph pooled(String pool, String activation) {
    Random random = new Random(2);
    return OnnxGraph.of(
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 1, 2, 6, 6)
            .initializer("w", SmallNetwork.random(random, 1, 3, 2, 3, 3))
            .initializer("v", SmallNetwork.random(random, 1, 12, 4))
            .output("y", DType.FLOAT32, 1, 4)
            .node("c = Conv(x, w)")
            .node(
                pool,
                attribute("kernel_shape", new int[] {2, 2}),
                attribute("strides", new int[] {2, 2}))
            .node(activation)
            .node("f = Flatten(r)")
            .node("y = Gemm(f, v)")
            .model(13),
        ImportOptions.of("pooled.onnx"));
  }
}
