package dev.coppice.compiler.compress.prune.channels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.testing.MaskedReaders;
import dev.coppice.compiler.compress.testing.SameOutputs;
import dev.coppice.compiler.onnx.ImportOptions;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.OnnxModels;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChannelGroupsTest {
  private final Random random = new Random(1);

  @Test
  void outputsStayAndHiddenUnitsGo() {
    OnnxGraph graph = graph(plain(), 13);
    ChannelGroups groups = ChannelGroups.of(graph);
    assertEquals(1, groups.groups().size());
    assertEquals(List.of("h"), groups.groups().get(0).layers());
    assertEquals(4, groups.units());
    assertArrayEquals(
        new int[] {-1, -1}, groups.of("y").orElseThrow().units(), "outputs must stay");
    ChannelRemoval.apply(graph, groups, bits(1, 2));
    assertEquals(Shape.of(2, 3), graph.shape("w1"));
    assertEquals(Shape.of(2, 2), graph.shape("w2"));
  }

  @Test
  void aValueKeepsAChannel() {
    OnnxGraph graph = graph(plain(), 13);
    ChannelGroups groups = ChannelGroups.of(graph);
    assertThrows(
        IllegalArgumentException.class,
        () -> ChannelRemoval.apply(graph, groups, bits(0, 1, 2, 3)));
  }

  @Test
  void aUserOfUnknownKindKeepsEveryChannel() {
    OnnxModels model =
        plain()
            .node("order, places = TopK(h, k)")
            .initializer("k", Tensor.ofLongs(Shape.of(1), 2))
            .output("order");
    assertEquals(0, ChannelGroups.of(graph(model, 13)).groups().size());
  }

  @Test
  void softmaxOverChannelsKeepsThemAndOverAnotherAxisDoesNot() {
    assertEquals(0, ChannelGroups.of(graph(softmax(1), 13)).units());
    assertEquals(6, ChannelGroups.of(graph(softmax(3), 13)).units());
  }

  private OnnxModels softmax(int axis) {
    return OnnxModels.graph()
        .input("x", DType.FLOAT32, 1, 2, 3, 3)
        .initializer("w1", floats(6, 2, 1, 1))
        .initializer("w2", floats(3, 6, 1, 1))
        .node("h = Conv(x, w1)")
        .node("s = Softmax(h)", OnnxModels.attribute("axis", axis))
        .node("y = Conv(s, w2)")
        .output("y", DType.FLOAT32, 1, 3, 3, 3);
  }

  @Test
  void sharedWeightsUniteTheChannelsOfTheirUses() {
    OnnxModels model =
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 1, 4)
            .initializer("w", floats(4, 4))
            .initializer("w2", floats(4, 2))
            .node("a = MatMul(x, w)")
            .node("b = MatMul(a, w)")
            .node("c = MatMul(b, w)")
            .node("y = MatMul(c, w2)")
            .output("y", DType.FLOAT32, 1, 2);
    // The first use reads the input, whose channels stay, and so does every other use.
    ChannelGroups groups = ChannelGroups.of(graph(model, 13));
    assertEquals(0, groups.units());
  }

  @Test
  void normalizationOverChannelsIsApproximate() {
    for (String normalization : List.of("LayerNormalization(h, s, b)", "LRN(h)")) {
      boolean lrn = normalization.startsWith("LRN");
      OnnxModels model =
          around(2)
              .initializer("s", floats(6, 2, 2))
              .initializer("b", floats(6, 2, 2))
              .node(
                  "n = " + normalization,
                  lrn ? OnnxModels.attribute("size", 3) : OnnxModels.attribute("axis", 1));
      OnnxGraph graph = graph(model, 17);
      ChannelGroups groups = ChannelGroups.of(graph);
      assertEquals(6, groups.units());
      assertTrue(groups.isApproximate(0));
      ChannelRemoval.apply(graph, groups, bits(0, 5));
      assertEquals(Shape.of(1, 4, 2, 2), graph.shape("n"));
    }
    assertFalse(ChannelGroups.of(graph(plain(), 13)).isApproximate(0));
  }

  @Test
  void instanceAndGroupNormalizationFollow() {
    OnnxModels instance =
        around(4)
            .initializer("s", floats(6))
            .initializer("b", floats(6))
            .node("n = InstanceNormalization(h, s, b)");
    exact(instance, bits(1, 4));
    OnnxModels grouped =
        around(4)
            .initializer("s", floats(6))
            .initializer("b", floats(6))
            .node("n = GroupNormalization(h, s, b)", OnnxModels.attribute("num_groups", 2));
    OnnxGraph graph = graph(grouped, 21);
    ChannelGroups groups = ChannelGroups.of(graph);
    assertEquals(3, groups.units(), "the same position of both groups is one unit");
    assertTrue(groups.isApproximate(2));
    ChannelRemoval.apply(graph, groups, bits(0));
    assertEquals(Shape.of(4), graph.shape("s"));
  }

  @Test
  void channelsOfAnImageMadeFromAVectorAndOfFinerPixels() {
    OnnxModels model =
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 1, 3)
            .initializer("w1", floats(3, 72))
            .initializer("shape", Tensor.ofLongs(Shape.of(4), 1, 8, 3, 3))
            .initializer("w2", floats(2, 2, 3, 3))
            .node("h = MatMul(x, w1)")
            .node("image = Reshape(h, shape)")
            .node("fine = DepthToSpace(image)", OnnxModels.attribute("blocksize", 2))
            .node("coarse = SpaceToDepth(fine)", OnnxModels.attribute("blocksize", 2))
            .node("again = DepthToSpace(coarse)", OnnxModels.attribute("blocksize", 2))
            .node("y = Conv(again, w2)")
            .output("y", DType.FLOAT32, 1, 2, 4, 4);
    OnnxGraph graph = graph(model, 13);
    assertEquals(2, ChannelGroups.of(graph).units());
    assertEquals(Shape.of(3, 36), exact(model, bits(1)).shape("w1"));
  }

  @Test
  void productsOfTwoValuesUniteWhatTheySumOver() {
    OnnxModels model =
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 1, 5, 4)
            .initializer("wq", floats(4, 6))
            .initializer("wk", floats(4, 6))
            .initializer("wv", floats(4, 8))
            .initializer("wo", floats(8, 3))
            .node("q = MatMul(x, wq)")
            .node("k = MatMul(x, wk)")
            .node("v = MatMul(x, wv)")
            .node("kt = Transpose(k)", OnnxModels.attribute("perm", new int[] {0, 2, 1}))
            .node("s = MatMul(q, kt)")
            .node("p = Softmax(s)", OnnxModels.attribute("axis", -1))
            .node("a = MatMul(p, v)")
            .node("y = MatMul(a, wo)")
            .output("y", DType.FLOAT32, 1, 5, 3);
    OnnxGraph graph = graph(model, 13);
    ChannelGroups groups = ChannelGroups.of(graph);
    assertEquals(6 + 8, groups.units());
    ChannelRemoval.apply(graph, groups, bits(0, 7));
    assertEquals(Shape.of(4, 5), graph.shape("wq"));
    assertEquals(Shape.of(4, 5), graph.shape("wk"));
    assertEquals(Shape.of(7, 3), graph.shape("wo"));
  }

  @Test
  void aTargetOfReshapeThatIsComputedFromAShapeFollows() {
    OnnxModels model =
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 1, 3, 4, 4)
            .initializer("w1", floats(6, 3, 1, 1))
            .initializer("w2", floats(96, 2))
            .initializer("zero", Tensor.ofLongs(Shape.of(1), 0))
            .initializer("rest", Tensor.ofLongs(Shape.of(1), 96))
            .node("h = Conv(x, w1)")
            .node("dims = Shape(h)")
            .node("batch = Gather(dims, zero)")
            .node("target = Concat(batch, rest)", OnnxModels.attribute("axis", 0))
            .node("flat = Reshape(h, target)")
            .node("y = MatMul(flat, w2)")
            .output("y", DType.FLOAT32, 1, 2);
    exact(model, bits(0, 3));
  }

  @Test
  void aNumberThatIsComputedFromAShapeKeepsTheChannels() {
    OnnxModels model =
        plain()
            .node("dims = Shape(h)")
            .node("numbers = Cast(dims)", OnnxModels.attribute("to", 1))
            .node("more = ReduceSum(numbers)")
            .output("more");
    assertEquals(0, ChannelGroups.of(graph(model, 13)).units());
  }

  @Test
  void sizesOfResizeAndTargetsOfExpandFollow() {
    OnnxModels model =
        around(2)
            .initializer("sizes", Tensor.ofLongs(Shape.of(4), 1, 6, 4, 4))
            .initializer("wide", Tensor.ofLongs(Shape.of(4), 1, 6, 3, 3))
            .node("m = GlobalMaxPool(h)")
            .node("e = Expand(m, wide)")
            .node("n = Resize(e, , , sizes)", OnnxModels.attribute("mode", "nearest"));
    exact(model, bits(2, 3));
  }

  @Test
  void peepholesAndStatesOfACellFollow() {
    OnnxModels model =
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 3, 1, 4)
            .initializer("w", floats(1, 20, 4))
            .initializer("r", floats(1, 20, 5))
            .initializer("b", floats(1, 40))
            .initializer("h0", floats(1, 1, 5))
            .initializer("c0", floats(1, 1, 5))
            .initializer("p", floats(1, 15))
            .initializer("wo", floats(5, 2))
            .node(
                "all, last, cell = LSTM(x, w, r, b, , h0, c0, p)",
                OnnxModels.attribute("hidden_size", 5))
            .node("y = MatMul(last, wo)")
            .output("y", DType.FLOAT32, 1, 1, 2);
    OnnxGraph graph = exact(model, bits(0, 4));
    assertEquals(Shape.of(1, 9), graph.shape("p"));
    assertEquals(3, Nodes.integer(graph.nodes().get(0), "hidden_size", 0));
  }

  /** The graph without these units, which computes what it does with masks. */
  private static OnnxGraph exact(OnnxModels model, BitSet removed) {
    OnnxGraph graph = graph(model, 13);
    ChannelGroups groups = ChannelGroups.of(graph);
    OnnxGraph masked = MaskedReaders.of(graph, groups, removed);
    ChannelRemoval.apply(graph, groups, removed);
    SameOutputs.interpreted(masked, graph, 2);
    return graph;
  }

  /** A convolution to the six channels of {@code h}, and one that reads those of {@code n}. */
  private OnnxModels around(int size) {
    return OnnxModels.graph()
        .input("x", DType.FLOAT32, 1, 3, size, size)
        .initializer("w1", floats(6, 3, 1, 1))
        .initializer("w2", floats(2, 6, 1, 1))
        .node("h = Conv(x, w1)")
        .node("y = Conv(n, w2)")
        .output("y");
  }

  private OnnxModels plain() {
    return OnnxModels.graph()
        .input("x", DType.FLOAT32, 1, 3)
        .initializer("w1", floats(4, 3))
        .initializer("b1", floats(4))
        .initializer("w2", floats(2, 4))
        .node("h", "h = Gemm(x, w1, b1)", OnnxModels.attribute("transB", 1))
        .node("r = Relu(h)")
        .node("y = Gemm(r, w2)", OnnxModels.attribute("transB", 1))
        .output("y", DType.FLOAT32, 1, 2);
  }

  private Tensor floats(int... dims) {
    float[] values = new float[Arrays.stream(dims).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian() / 2;
    }
    return Tensor.ofFloats(Shape.of(dims), values);
  }

  private static OnnxGraph graph(OnnxModels model, int opset) {
    return OnnxGraph.of(model.model(opset), ImportOptions.of("m.onnx"));
  }

  private static BitSet bits(int... units) {
    BitSet bits = new BitSet();
    Arrays.stream(units).forEach(bits::set);
    return bits;
  }
}
