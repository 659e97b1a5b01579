package dev.coppice.compiler.compress.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.compress.evaluate.CompiledModel;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.onnx.ImportOptions;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OnnxModels;
import java.util.List;
import org.junit.jupiter.api.Test;

class LayerStateTest {
  @Test
  void operationsAreThoseThatTheCompilerCounts() {
    OnnxGraph graph = Reports.graph();
    List<LayerState> layers = LayerState.of(graph);
    assertEquals(
        CompiledModel.of(graph, List.of(), "portable").report().macs(),
        layers.stream().mapToLong(LayerState::macs).sum());
    assertEquals(4 * 36 * 2 * 9, layers.get(0).macs());
    assertEquals(4 * 3, layers.get(2).macs());
  }

  @Test
  void productsOnEitherSide() {
    OnnxGraph graph =
        graph(
            OnnxModels.graph()
                .input("x", DType.FLOAT32, 5, 7)
                .output("y", DType.FLOAT32, 3, 2)
                .initializer("v", Reports.random(1, 3, 5))
                .initializer("w", Reports.random(2, 2, 7))
                .node("left", "a = MatMul(v, x)")
                .node("r = Relu(a)")
                .node("right", "y = Gemm(r, w)", OnnxModels.attribute("transB", 1)));
    List<LayerState> layers = LayerState.of(graph);
    assertEquals(3 * 5 * 7, layers.get(0).macs());
    assertEquals(3 * 7 * 2, layers.get(1).macs());
  }

  @Test
  void groupedAndTransposedConvolutions() {
    OnnxGraph graph =
        graph(
            OnnxModels.graph()
                .input("x", DType.FLOAT32, 1, 4, 5, 5)
                .output("y", DType.FLOAT32, 1, 6, 7, 7)
                .initializer("v", Reports.random(1, 4, 1, 1, 1))
                .initializer("w", Reports.random(2, 4, 6, 3, 3))
                .node("deep", "a = Conv(x, v)", OnnxModels.attribute("group", 4))
                .node("up", "y = ConvTranspose(a, w)"));
    List<LayerState> layers = LayerState.of(graph);
    assertEquals(4 * 25, layers.get(0).macs());
    assertEquals(4 * 25 * 6 * 9, layers.get(1).macs());
  }

  @Test
  void storedFormsAreTold() {
    OnnxGraph graph =
        graph(
            OnnxModels.graph()
                .input("x", DType.FLOAT32, 1, 4)
                .output("y", DType.FLOAT32, 1, 6)
                .initializer("q", Tensor.fromLongs(TensorType.of(DType.INT8, 4, 6), i -> i % 3))
                .initializer("s", Tensor.ofFloats(Shape.of(6), 1, 2, 3, 4, 5, 6))
                .node("w = DequantizeLinear(q, s)", OnnxModels.attribute("axis", 1))
                .node("fc", "y = MatMul(x, w)"));
    LayerState layer = LayerState.of(graph).get(0);
    assertEquals("i8, a scale per channel", layer.storage());
    assertEquals(4 * 6 + 4 * 6, layer.bytes());
    assertEquals(24, layer.weights());
    assertEquals(8, layer.zeros());
    assertEquals(Shape.of(4, 6), layer.weightShape());
  }

  @Test
  void codebooksAndTablesAreTold() {
    OnnxGraph graph =
        graph(
            OnnxModels.graph()
                .input("x", DType.FLOAT32, 1, 4)
                .input("i", DType.INT64, 1, 2)
                .output("y", DType.FLOAT32, 1, 6)
                .output("e", DType.FLOAT32, 1, 2, 3)
                .initializer("book", Tensor.ofFloats(Shape.of(4), 0, 1, 2, 3))
                .initializer(
                    "index", Tensor.fromLongs(TensorType.of(DType.INT32, 4, 6), i -> i % 4))
                .initializer("table", Reports.random(1, 9, 3))
                .node("w = Gather(book, index)")
                .node("fc", "y = MatMul(x, w)")
                .node("embed", "e = Gather(table, i)"));
    List<LayerState> layers = LayerState.of(graph);
    assertEquals("codebook of 4 f32, indices i32", layers.get(0).storage());
    assertEquals(6, layers.get(0).zeros());
    assertEquals(4 * 4 + 4 * 24, layers.get(0).bytes());
    assertEquals("embed", layers.get(1).name());
    assertEquals(0, layers.get(1).macs());
    assertEquals(2, layers.size());
  }

  private static OnnxGraph graph(OnnxModels model) {
    return OnnxGraph.of(model.model(17), ImportOptions.of("m.onnx"));
  }
}
