package dev.coppice.compiler.compress.model;

import static dev.coppice.compiler.testing.OnnxModels.attribute;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.compress.testing.Interpreted;
import dev.coppice.compiler.compress.testing.SmallNetwork;
import dev.coppice.compiler.onnx.ImportOptions;
import dev.coppice.compiler.onnx.wire.proto.AttributeProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.OnnxModels;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LayerResponseTest {
  private static final AttributeProto TWO_GROUPS = attribute("group", 2);

  /** Channels that are their mean everywhere give it, away from the borders. */
  @Test
  void theResponseIsThatToConstantChannels() {
    assertResponse(1, 1, graph("y = Conv(x, w)", of(1, 4, 7, 7), of(6, 2, 3, 2), TWO_GROUPS));
    assertResponse(
        1, 1, graph("y = ConvTranspose(x, w)", of(1, 4, 7, 7), of(4, 3, 3, 2), TWO_GROUPS));
    assertResponse(
        1,
        1,
        graph(
            "y = Gemm(x, w)",
            of(2, 4),
            of(3, 4),
            attribute("transB", 1),
            attribute("alpha", 0.5f)));
    assertResponse(0, 0, graph("y = Gemm(w, x)", of(4, 2), of(3, 4)));
    assertResponse(2, 2, graph("y = MatMul(x, w)", of(1, 2, 4), of(4, 3)));
  }

  private static void assertResponse(int in, int out, OnnxGraph graph) {
    Shape x = graph.shape("x");
    double[] means = {1, -2, 0.5, 3};
    int inner = x.sizeOf(in + 1, x.rank());
    Tensor input = Tensor.fromDoubles(graph.type("x"), i -> means[i / inner % means.length]);
    Tensor y = Interpreted.run(graph, List.of(input)).get(0);
    double[] response = LayerBias.response(graph, Layer.of(graph).get(0), means);
    assertEquals(y.shape().dim(out), response.length);
    int plane = y.shape().sizeOf(out + 1, y.shape().rank());
    for (int c = 0; c < response.length; c++) {
      assertEquals(y.doubleAt(c * plane + plane / 2), response[c], 1e-5, "channel " + c);
    }
  }

  @Test
  void isAddedToEachChannel() {
    assertAdds(1, graph("y = Conv(x, w)", of(1, 2, 5, 5), of(3, 2, 2, 2)));
    assertAdds(1, graph("y = Conv(x, w, b)", of(1, 2, 5, 5), of(3, 2, 2, 2)));
    assertAdds(1, graph("y = ConvTranspose(x, w)", of(1, 2, 5, 5), of(2, 3, 2, 2)));
    assertAdds(1, graph("y = Gemm(x, w, b)", of(3, 2), of(2, 3), attribute("beta", 0.5f)));
    assertAdds(1, graph("y = Gemm(x, w, one)", of(3, 2), of(2, 3)));
    assertAdds(2, graph("y = MatMul(x, w)", of(4, 3, 2), of(2, 3)));
    assertAdds(1, graph("y = MatMul(w, x)", of(4, 2, 3), of(3, 2)));
  }

  /** Rows of the result are the channels where the weights are on the left. */
  @Test
  void weightsOnTheLeftHaveAColumnOfBiases() {
    assertAdds(0, graph("y = Gemm(w, x)", of(2, 3), of(3, 2)));
    assertAdds(0, graph("y = Gemm(w, x)", of(2, 5), of(3, 2)));
    assertAdds(0, graph("y = Gemm(w, x, column)", of(2, 3), of(3, 2)));
  }

  /** What is no number per channel, or is ignored, is not one afterwards. */
  @Test
  void otherBiasesStay() {
    for (OnnxGraph graph :
        List.of(
            graph("y = Gemm(x, w, column)", of(3, 2), of(2, 3)),
            graph("y = Gemm(x, w, full)", of(3, 2), of(2, 3)),
            graph("y = Gemm(w, x, b)", of(2, 3), of(3, 2)),
            graph("y = Gemm(x, w, b)", of(3, 2), of(2, 3), attribute("beta", 0f)),
            graph("y = Gemm(x, w)", of(3, 2), of(2, 3), attribute("beta", 0f)))) {
      OnnxGraph before = graph.copy();
      LayerBias.add(graph, Layer.of(graph).get(0), new double[] {1, 2, 3});
      assertEquals(before.toProto(), graph.toProto());
    }
  }

  private static void assertAdds(int axis, OnnxGraph graph) {
    double[] more = {1, -2, 0.5};
    Layer layer = Layer.of(graph).get(0);
    List<Tensor> inputs = List.of(SmallNetwork.random(new Random(5), 1, graph.shape("x").dims()));
    Tensor before = Interpreted.run(graph, inputs).get(0);
    LayerBias.add(graph, layer, more);
    LayerBias.add(graph, layer, more);
    Tensor after = Interpreted.run(graph, inputs).get(0);
    assertEquals(before.type(), after.type());
    int inner = before.shape().sizeOf(axis + 1, before.shape().rank());
    for (int i = 0; i < before.size(); i++) {
      double expected = before.doubleAt(i) + 2 * more[i / inner % 3];
      assertEquals(expected, after.doubleAt(i), 1e-5, layer.kind() + " element " + i);
    }
  }

  @Test
  void isWhatItAddsToEachChannel() {
    assertBias(graph("y = Conv(x, w, b)", of(1, 2, 5, 5), of(3, 2, 2, 2)), 4, 5, 6);
    assertBias(graph("y = Conv(x, w)", of(1, 2, 5, 5), of(3, 2, 2, 2)), 0, 0, 0);
    assertBias(graph("y = Gemm(x, w, b)", of(3, 2), of(2, 3), attribute("beta", 0.5f)), 2, 2.5, 3);
    assertBias(graph("y = Gemm(x, w, one)", of(3, 2), of(2, 3)), 7, 7, 7);
    assertBias(graph("y = MatMul(x, w)", of(3, 2), of(2, 3)), 0, 0, 0);
  }

  private static void assertBias(OnnxGraph graph, double... expected) {
    assertArrayEquals(expected, LayerBias.of(graph, Layer.of(graph).get(0), 3));
  }

  private static Shape of(int... dims) {
    return Shape.of(dims);
  }

  private static OnnxGraph graph(String call, Shape x, Shape w, AttributeProto... attributes) {
    return OnnxGraph.of(
        OnnxModels.graph()
            .input("x", DType.FLOAT32, Arrays.stream(x.dims()).boxed().toArray())
            .initializer("w", SmallNetwork.random(new Random(3), 1, w.dims()))
            .initializer("b", Tensor.ofFloats(of(3), 4, 5, 6))
            .initializer("one", Tensor.scalar(7))
            .initializer("column", Tensor.ofFloats(of(3, 1), 4, 5, 6))
            .initializer("full", Tensor.ofFloats(of(3, 3), 1, 2, 3, 4, 5, 6, 7, 8, 9))
            .output("y")
            .node(call, attributes)
            .model(13),
        ImportOptions.of("bias.onnx"));
  }
}
