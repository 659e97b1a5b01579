package dev.coppice.compiler.compress.model;

import static dev.coppice.compiler.testing.OnnxModels.attribute;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.testing.Interpreted;
import dev.coppice.compiler.compress.testing.SmallNetwork;
import dev.coppice.compiler.onnx.ImportOptions;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OnnxModels;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LayerBiasTest {
  private static final double[] MORE = {1, -2, 0.5};

  @Test
  void addsToAConstant() {
    OnnxGraph graph =
        graph(
            model(Shape.of(1, 2, 4, 4), Shape.of(3, 2, 3, 3))
                .initializer("b", Tensor.ofFloats(Shape.of(3), 4, 5, 6))
                .node("y = Conv(x, w, b)"));
    assertAdds(graph, 1);
    assertEquals(Tensor.ofFloats(Shape.of(3), 5, 3, 6.5f), bias(graph));
  }

  @Test
  void aLayerWithoutBiasGetsOne() {
    assertAdds(graph(model(Shape.of(1, 2, 4, 4), Shape.of(3, 2, 3, 3)).node("y = Conv(x, w)")), 1);
    assertAdds(
        graph(model(Shape.of(1, 2, 4), Shape.of(2, 3, 3)).node("y = ConvTranspose(x, w)")), 1);
    assertAdds(graph(model(Shape.of(4, 2), Shape.of(2, 3)).node("y = Gemm(x, w)")), 1);
  }

  @Test
  void oneNumberForAllChannelsBecomesOneEach() {
    OnnxGraph graph =
        graph(
            model(Shape.of(4, 2), Shape.of(2, 3))
                .initializer("b", Tensor.scalar(7))
                .node("y = Gemm(x, w, b)"));
    assertAdds(graph, 1);
    assertEquals(Tensor.ofFloats(Shape.of(3), 8, 5, 7.5f), bias(graph));
  }

  @Test
  void otherReadersKeepTheirBias() {
    OnnxGraph graph =
        graph(
            model(Shape.of(4, 2), Shape.of(2, 3))
                .initializer("b", Tensor.ofFloats(Shape.of(3), 4, 5, 6))
                .output("z")
                .node("y = Gemm(x, w, b)")
                .node("z = Relu(b)"));
    assertTrue(LayerBias.add(graph, "y", MORE));
    assertEquals(Tensor.ofFloats(Shape.of(3), 4, 5, 6), graph.known("z").orElseThrow());
  }

  /** The factor that a Gemm multiplies its bias with is taken out before. */
  @Test
  void theFactorOfAGemmIsTakenOut() {
    for (String bias : List.of("", ", b", ", d")) {
      OnnxGraph graph =
          graph(
              quantizedBias(model(Shape.of(4, 2), Shape.of(2, 3)))
                  .initializer("b", Tensor.ofFloats(Shape.of(3), 4, 5, 6))
                  .node("y = Gemm(x, w" + bias + ")", attribute("beta", 0.5f)));
      assertAdds(graph, 1);
    }
  }

  @Test
  void integersChangeByWholeSteps() {
    OnnxGraph graph =
        graph(
            quantizedBias(model(Shape.of(1, 2, 4, 4), Shape.of(3, 2, 3, 3)))
                .node("y = Conv(x, w, d)"));
    double[] more = {1.1, -2.05, 0.3};
    assertTrue(LayerBias.add(graph, "y", more));
    // Steps are 0.5, 0.25 and 0.125: 2.2, -8.2 and 2.4 of them.
    String stored = graph.producer(biasName(graph)).orElseThrow().getInput(0);
    assertEquals(integers(10 + 2, -20 - 8, 30 + 2), graph.constant(stored).orElseThrow());
  }

  /** Rows of the result are the channels where the weights are on the left. */
  @Test
  void weightsOnTheLeftHaveAColumnOfBiases() {
    assertAdds(graph(model(Shape.of(2, 4), Shape.of(3, 2)).node("y = Gemm(w, x)")), 0);
    assertAdds(graph(model(Shape.of(2, 3), Shape.of(3, 2)).node("y = Gemm(w, x)")), 0);
    assertAdds(
        graph(
            model(Shape.of(2, 3), Shape.of(3, 2))
                .initializer("b", Tensor.ofFloats(Shape.of(3, 1), 4, 5, 6))
                .node("y = Gemm(w, x, b)")),
        0);
    assertStays(
        model(Shape.of(2, 3), Shape.of(3, 2))
            .initializer("b", Tensor.ofFloats(Shape.of(3), 4, 5, 6))
            .node("y = Gemm(w, x, b)"));
  }

  @Test
  void aBiasPerRowIsNoBiasOfAChannel() {
    assertStays(
        model(Shape.of(3, 2), Shape.of(2, 3))
            .initializer("b", Tensor.ofFloats(Shape.of(3, 1), 4, 5, 6))
            .node("y = Gemm(x, w, b)"));
  }

  @Test
  void aBiasThatIsIgnoredStays() {
    assertStays(
        model(Shape.of(4, 2), Shape.of(2, 3))
            .initializer("b", Tensor.ofFloats(Shape.of(3), 4, 5, 6))
            .node("y = Gemm(x, w, b)", attribute("beta", 0f)));
  }

  @Test
  void nodesThatTakeNoBiasStay() {
    assertStays(model(Shape.of(4, 2), Shape.of(2, 3)).node("y = MatMul(x, w)"));
    assertStays(
        model(Shape.of(4, 2), Shape.of(2, 3))
            .input("c", DType.FLOAT32, 3)
            .node("y = Gemm(x, w, c)"));
    assertStays(
        model(Shape.of(2, 2), Shape.of(2, 3))
            .initializer("b", Tensor.ofFloats(Shape.of(2, 3), 1, 2, 3, 4, 5, 6))
            .node("y = Gemm(x, w, b)"));
  }

  /** Each channel of the result is {@code MORE} larger. */
  private static void assertAdds(OnnxGraph graph, int axis) {
    List<Tensor> inputs = List.of(SmallNetwork.random(new Random(5), 1, graph.shape("x").dims()));
    Tensor before = Interpreted.run(graph, inputs).get(0);
    assertTrue(LayerBias.add(graph, "y", MORE));
    Tensor after = Interpreted.run(graph, inputs).get(0);
    assertEquals(before.type(), after.type());
    int inner = before.shape().sizeOf(axis + 1, before.shape().rank());
    for (int i = 0; i < before.size(); i++) {
      double more = MORE[i / inner % MORE.length];
      assertEquals(before.doubleAt(i) + more, after.doubleAt(i), 1e-5, "element " + i);
    }
  }

  private static void assertStays(OnnxModels model) {
    OnnxGraph graph = graph(model);
    OnnxGraph before = graph.copy();
    assertFalse(LayerBias.add(graph, "y", MORE));
    assertEquals(before.toProto(), graph.toProto());
  }

  private static String biasName(OnnxGraph graph) {
    return graph.producer("y").orElseThrow().getInput(2);
  }

  private static Tensor bias(OnnxGraph graph) {
    return graph.constant(biasName(graph)).orElseThrow();
  }

  /** Input {@code x} and weights {@code w} of a layer {@code y}. */
  private static OnnxModels model(Shape x, Shape w) {
    Object[] dims = new Object[x.rank()];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = x.dim(i);
    }
    return OnnxModels.graph()
        .input("x", DType.FLOAT32, dims)
        .initializer("w", SmallNetwork.random(new Random(3), 1, w.dims()))
        .output("y");
  }

  /** Adds {@code d}, integers with a scale each. */
  private static OnnxModels quantizedBias(OnnxModels model) {
    return model
        .initializer("q", integers(10, -20, 30))
        .initializer("s", Tensor.ofFloats(Shape.of(3), 0.5f, 0.25f, 0.125f))
        .node("d = DequantizeLinear(q, s)", attribute("axis", 0));
  }

  private static Tensor integers(long... values) {
    return Tensor.fromLongs(TensorType.of(DType.INT32, values.length), i -> values[i]);
  }

  private static OnnxGraph graph(OnnxModels model) {
    return OnnxGraph.of(model.model(13), ImportOptions.of("bias.onnx"));
  }
}
