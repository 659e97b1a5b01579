package dev.coppice.compiler.compress.quantize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.compress.model.Layer;
import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.model.Rewiring;
import dev.coppice.compiler.compress.testing.SmallNetwork;
import dev.coppice.compiler.onnx.ImportOptions;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OnnxModels;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoredWeightsTest {
  /** Rows of 6: the last run of 4 is shorter. */
  private static final int RUN = 4;

  /** Whatever nodes an opset has, they yield {@code (q - z) * S} to the last bit. */
  @ParameterizedTest
  @ValueSource(ints = {6, 9, 10, 12, 13, 19, 21, 23, 25})
  void everyFormYieldsTheSameFloats(int opset) {
    for (WeightType type :
        List.of(WeightType.INT16, WeightType.INT8, WeightType.INT4, WeightType.INT2)) {
      for (boolean symmetric : new boolean[] {true, false}) {
        for (boolean conv : new boolean[] {true, false}) {
          for (int run : new int[] {0, 2, RUN}) {
            OnnxGraph graph = graph(conv, opset);
            WeightGroups groups = groups(graph, run);
            Tensor w = graph.constant("w").orElseThrow();
            assertYields(graph, QuantizedWeights.of(w, type, groups, symmetric));
          }
          OnnxGraph graph = graph(conv, opset);
          Tensor w = graph.constant("w").orElseThrow();
          assertYields(graph, QuantizedWeights.of(w, type, WeightGroups.all(w.shape()), symmetric));
        }
      }
    }
  }

  private static void assertYields(OnnxGraph graph, QuantizedWeights q) {
    Rewiring.apply(graph, "w", StoredWeights.add(graph, "w", q));
    graph.sweep();
    float[] expected = new float[q.values().size()];
    for (int i = 0; i < expected.length; i++) {
      int g = group(q.groups(), i);
      long zero = q.zeroPoints().map(z -> z.longAt(g)).orElse(0L);
      expected[i] = (q.values().longAt(i) - zero) * q.scales().floatAt(g);
    }
    String value = graph.producer("y").orElseThrow().getInput(1);
    Tensor actual = graph.known(value).orElseThrow();
    String what = q.type() + " in opset " + graph.opset() + ", " + q.groups();
    assertEquals(TensorType.of(DType.FLOAT32, q.values().shape().dims()), actual.type(), what);
    assertArrayEquals(expected, actual.toFloats(), what);
  }

  /** By hand: weights of a convolution are four rows of 6, of a product six rows of 4. */
  private static int group(WeightGroups groups, int i) {
    if (groups.axis() < 0) {
      return 0;
    }
    boolean conv = groups.shape().rank() == 4;
    int channel = conv ? i / 6 : i % 4;
    int place = conv ? i % 6 : i / 4;
    if (groups.block() == 0) {
      return channel;
    }
    int run = place / groups.block();
    int runs = groups.block() == 2 ? 3 : 2;
    return conv ? channel * runs + run : run * 4 + channel;
  }

  @Test
  void nodesAreThoseOfTheOpset() {
    assertEquals(List.of("Cast", "Mul"), operators(WeightType.INT8, -1, 9));
    assertEquals(List.of("DequantizeLinear"), operators(WeightType.INT8, -1, 10));
    assertEquals(List.of("Cast", "Mul"), operators(WeightType.INT8, 0, 12));
    assertEquals(List.of("DequantizeLinear"), operators(WeightType.INT8, 0, 13));
    assertEquals(List.of("Cast", "Mul"), operators(WeightType.INT16, 0, 20));
    assertEquals(List.of("DequantizeLinear"), operators(WeightType.INT16, 0, 21));
    assertEquals(List.of("Cast", "Gather", "Mul"), operators(WeightType.INT8, RUN, 20));
    assertEquals(List.of("Cast", "Mul", "Reshape"), operators(WeightType.INT8, 2, 20));
    assertEquals(List.of("DequantizeLinear"), operators(WeightType.INT8, 2, 21));
  }

  /** The nodes in front of a product for {@code run}: 0 for a scale per channel, -1 for one. */
  private static List<String> operators(WeightType type, int run, int opset) {
    OnnxGraph graph = graph(false, opset);
    Tensor w = graph.constant("w").orElseThrow();
    WeightGroups groups = run < 0 ? WeightGroups.all(w.shape()) : groups(graph, run);
    StoredWeights.add(graph, "w", QuantizedWeights.of(w, type, groups, true));
    List<NodeProto> nodes = graph.nodes();
    assertEquals("y", nodes.get(nodes.size() - 1).getOutput(0), "added in front");
    assertEquals("w", nodes.get(nodes.size() - 1).getInput(1), "nothing reads it yet");
    for (NodeProto node : nodes) {
      if (Nodes.is(node, "DequantizeLinear")) {
        assertEquals(run > 0, Nodes.attribute(node, "block_size").isPresent());
        assertEquals(run >= 0, Nodes.attribute(node, "axis").isPresent());
      }
    }
    return nodes.subList(0, nodes.size() - 1).stream().map(NodeProto::getOpType).toList();
  }

  /** ONNX Runtime 1.22 aborts on a Transpose behind a DequantizeLinear with an axis. */
  @Test
  void otherReadersThanLayersGetAProduct() {
    OnnxGraph graph =
        OnnxGraph.of(
            OnnxModels.graph()
                .input("x", DType.FLOAT32, 6, 6)
                .initializer("w", SmallNetwork.random(new Random(3), 1, 6, 4))
                .output("y")
                .output("t")
                .node("y = MatMul(x, w)")
                .node("t = Mul(w, y)")
                .model(13),
            ImportOptions.of("shared.onnx"));
    Tensor w = graph.constant("w").orElseThrow();
    StoredWeights.add(graph, "w", QuantizedWeights.of(w, 1));
    assertEquals(
        List.of("Cast", "Mul"),
        graph.nodes().subList(0, 2).stream().map(NodeProto::getOpType).toList());
  }

  @Test
  void integersTakeTheSmallestTypeOfTheOpset() {
    assertEquals(DType.INT8, StoredWeights.dtype(WeightType.INT4, 20));
    assertEquals(DType.INT4, StoredWeights.dtype(WeightType.INT4, 21));
    assertEquals(DType.INT8, StoredWeights.dtype(WeightType.INT2, 20));
    assertEquals(DType.INT4, StoredWeights.dtype(WeightType.INT2, 24));
    assertEquals(DType.INT2, StoredWeights.dtype(WeightType.INT2, 25));
    assertEquals(DType.INT8, StoredWeights.dtype(WeightType.INT8, 25));
    assertEquals(DType.INT16, StoredWeights.dtype(WeightType.INT16, 9));
  }

  @Test
  void halfPrecisionIsClippedToItsRange() {
    OnnxGraph graph = graph(false, 13);
    float[] w = new float[24];
    w[0] = 1e6f;
    w[1] = -1e6f;
    w[2] = 0.1f;
    w[3] = 1e-9f;
    w[4] = 65504;
    graph.constant("w", Tensor.ofFloats(Shape.of(6, 4), w));
    Rewiring.apply(graph, "w", StoredWeights.addHalf(graph, "w"));
    NodeProto cast = graph.nodes().get(0);
    assertEquals("Cast", cast.getOpType());
    assertEquals(DType.FLOAT16, graph.type(cast.getInput(0)).dtype());
    float[] half = graph.known(cast.getOutput(0)).orElseThrow().toFloats();
    w[0] = 65504;
    w[1] = -65504;
    // 1638 / 1024 / 16, the nearest of 11 bits.
    w[2] = 1638 / 16384f;
    w[3] = 0;
    assertArrayEquals(w, half);
  }

  @Test
  void ternaryWeightsHaveAScalePerChannelOrOne() {
    Tensor values = Tensor.fromLongs(TensorType.of(DType.INT8, 6, 4), i -> i % 3 - 1);
    OnnxGraph each = graph(false, 25);
    Tensor scales = Tensor.ofFloats(Shape.of(4), 0.5f, 2, 3, 4);
    Rewiring.apply(each, "w", StoredWeights.addTernary(each, "w", values, scales, 1));
    NodeProto node = each.nodes().get(0);
    assertEquals(DType.INT2, each.type(node.getInput(0)).dtype());
    float[] w = each.known(node.getOutput(0)).orElseThrow().toFloats();
    OnnxGraph one = graph(false, 13);
    Rewiring.apply(one, "w", StoredWeights.addTernary(one, "w", values, Tensor.scalar(7), -1));
    float[] same = one.known(one.nodes().get(0).getOutput(0)).orElseThrow().toFloats();
    for (int i = 0; i < 24; i++) {
      assertEquals((i % 3 - 1) * scales.floatAt(i % 4), w[i]);
      assertEquals((i % 3 - 1) * 7f, same[i]);
    }
  }

  /** A scale per channel, or per run of so many weights of one. */
  private static WeightGroups groups(OnnxGraph graph, int run) {
    Layer layer = Layer.of(graph).get(0);
    Shape shape = graph.shape("w");
    return run == 0
        ? WeightGroups.channels(shape, layer.outAxis())
        : WeightGroups.runs(layer, shape, run);
  }

  /** Four channels that read six elements each. */
  private static OnnxGraph graph(boolean conv, int opset) {
    OnnxModels model =
        conv
            ? OnnxModels.graph()
                .input("x", DType.FLOAT32, 1, 2, 5, 5)
                .initializer("w", SmallNetwork.random(new Random(3), 1, 4, 2, 1, 3))
                .node("y = Conv(x, w)")
            : OnnxModels.graph()
                .input("x", DType.FLOAT32, 2, 6)
                .initializer("w", SmallNetwork.random(new Random(3), 1, 6, 4))
                .node("y = MatMul(x, w)");
    return OnnxGraph.of(model.output("y").model(opset), ImportOptions.of("stored.onnx"));
  }
}
