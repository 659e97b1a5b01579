package dev.coppice.compiler.compress.quantize;

import static dev.coppice.compiler.testing.OnnxModels.attribute;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.evaluate.RelativeError;
import dev.coppice.compiler.compress.model.Layer;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.recipe.Decision;
import dev.coppice.compiler.compress.recipe.Session;
import dev.coppice.compiler.compress.testing.Interpreted;
import dev.coppice.compiler.compress.testing.Recipes;
import dev.coppice.compiler.compress.testing.SmallNetwork;
import dev.coppice.compiler.onnx.ImportOptions;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.OnnxModels;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CrossLayerEqualizationTest {
  private static final String RECIPE = "steps: [{method: equalize}]";

  @Test
  void theModelComputesTheSameAndRangesAreEqual() {
    OnnxGraph before = network("Relu");
    Session session = Recipes.run(before, Optional.empty(), RECIPE);
    OnnxGraph after = session.graph();
    assertEquals(
        List.of("a", "dw", "pw"),
        session.findings().decisions().stream().map(Decision::layer).toList());
    for (int seed = 0; seed < 5; seed++) {
      List<Tensor> inputs = List.of(SmallNetwork.random(new Random(seed), 2, 1, 3, 6, 6));
      double error =
          RelativeError.of(
              Interpreted.run(before, inputs).get(0), Interpreted.run(after, inputs).get(0));
      assertTrue(error < 1e-5, "error " + error);
    }
    List<EqualizedPair> pairs = CrossLayerEqualization.pairs(after, Layer.of(after));
    assertEquals(3, pairs.size());
    for (EqualizedPair pair : pairs) {
      double[] first = pair.rangesOfFirst(after);
      double[] second = pair.rangesOfSecond(after);
      for (int c = 0; c < first.length; c++) {
        assertEquals(1, first[c] / second[c], 0.01, pair.first().label() + " channel " + c);
      }
    }
  }

  /** Channels of a convolution are runs of a dense layer's inputs. */
  @Test
  void factorsOfADenseLayer() {
    OnnxGraph graph = network("Relu");
    EqualizedPair last = CrossLayerEqualization.pairs(graph, Layer.of(graph)).get(2);
    assertEquals("pw", last.first().label());
    assertEquals(9, last.run());
    assertEquals(5, last.channels());
  }

  @Test
  void factorsMakeBothRangesTheirGeometricMean() {
    assertArrayEquals(
        new double[] {2, 1, 1, 0.5},
        CrossLayerEqualization.factors(new double[] {4, 0, 3, 1}, new double[] {1, 2, 0, 4}));
  }

  @Test
  void boundsStopItUnlessTheyAreReplaced() {
    OnnxGraph graph = network("Clip");
    Session kept = Recipes.run(graph, Optional.empty(), RECIPE);
    assertEquals("not equalised with dw", kept.findings().decisions().get(0).what());
    Session replaced =
        Recipes.run(graph, Optional.empty(), "steps: [{method: equalize, replace-clip: true}]");
    assertEquals("Clip becomes Relu", replaced.findings().decisions().get(0).what());
    assertTrue(replaced.graph().nodes().stream().noneMatch(n -> n.getOpType().equals("Clip")));
  }

  /** A sigmoid of a scaled value is no scaled sigmoid. */
  @Test
  void otherActivationsStopIt() {
    Session session = Recipes.run(network("Sigmoid"), Optional.empty(), RECIPE);
    assertEquals(
        List.of("dw", "pw"), session.findings().decisions().stream().map(Decision::layer).toList());
  }

  /** Convolution, activation, depthwise, Relu, pointwise, pool, flattened into a dense layer. */
  private static OnnxGraph network(String activation) {
    Random random = new Random(11);
    OnnxModels model =
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 1, 3, 6, 6)
            .initializer("wa", uneven(random, 4, 3, 3, 3))
            .initializer("ba", uneven(random, 4))
            .initializer("wd", uneven(random, 4, 1, 3, 3))
            .initializer("wp", uneven(random, 5, 4, 1, 1))
            .initializer("bp", uneven(random, 5))
            .initializer("wf", uneven(random, 45, 2))
            .initializer("zero", Tensor.scalar(0))
            .initializer("six", Tensor.scalar(6))
            .output("y", DType.FLOAT32, 1, 2)
            .node("a", "c = Conv(x, wa, ba)", attribute("pads", new int[] {1, 1, 1, 1}));
    if (activation.equals("Clip")) {
      model.node("r = Clip(c, zero, six)");
    } else {
      model.node("r = " + activation + "(c)");
    }
    model
        .node(
            "dw",
            "d = Conv(r, wd)",
            attribute("group", 4),
            attribute("pads", new int[] {1, 1, 1, 1}))
        .node("s = Relu(d)")
        .node("pw", "p = Conv(s, wp, bp)")
        .node(
            "m = MaxPool(p)",
            attribute("kernel_shape", new int[] {2, 2}),
            attribute("strides", new int[] {2, 2}))
        .node("f = Flatten(m)")
        .node("fc", "y = Gemm(f, wf)");
    return OnnxGraph.of(model.model(13), ImportOptions.of("pairs.onnx"));
  }

  /** Weights whose channels have ranges up to a hundred times apart. */
  private static Tensor uneven(Random random, int... dims) {
    Tensor w = SmallNetwork.random(random, 1, dims);
    int run = Math.max(1, w.size() / dims[0]);
    double[] scales = new double[dims[0]];
    for (int c = 0; c < scales.length; c++) {
      scales[c] = Math.pow(10, 2 * random.nextDouble() - 1);
    }
    return Tensor.fromDoubles(w.type(), i -> w.doubleAt(i) * scales[i / run]);
  }
}
