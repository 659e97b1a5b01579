package dev.coppice.compiler.compress.prune.criteria;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.prune.channels.ChannelGroups;
import dev.coppice.compiler.onnx.ImportOptions;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.OnnxModels;
import org.junit.jupiter.api.Test;

class PropagatedImportanceTest {
  @Test
  void isTheSumOfProductsOfMagnitudesOverAllPaths() {
    float[] a = {1, -2, 0.5f, 3, 0, 1, -1, 2};
    float[] b = {0.5f, -1, 2, 0, 4, -3, 1, 1};
    float[] c = {2, -1, 1, 3};
    OnnxModels model =
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 1, 2)
            .initializer("a", Tensor.ofFloats(Shape.of(2, 4), a))
            .initializer("b", Tensor.ofFloats(Shape.of(4, 2), b))
            .initializer("c", Tensor.ofFloats(Shape.of(2, 2), c))
            .node("h = MatMul(x, a)")
            .node("r = Relu(h)")
            .node("g = MatMul(r, b)")
            .node("y = MatMul(g, c)")
            .output("y", DType.FLOAT32, 1, 2);
    OnnxGraph graph = OnnxGraph.of(model.model(13), ImportOptions.of("m.onnx"));
    double[] expected = new double[4];
    for (int h = 0; h < 4; h++) {
      for (int g = 0; g < 2; g++) {
        for (int y = 0; y < 2; y++) {
          expected[h] += Math.abs(b[h * 2 + g]) * Math.abs(c[g * 2 + y]);
        }
      }
    }
    double[] scores =
        Criteria.named("nisp").scores(ChannelGroups.of(graph), ActivationSource.NONE, 0);
    assertArrayEquals(expected, java.util.Arrays.copyOf(scores, 4), 1e-9);
    assertArrayEquals(new double[] {3, 4}, java.util.Arrays.copyOfRange(scores, 4, 6), 1e-9);
  }

  @Test
  void aUnitThatNobodyReadsHasNone() {
    double[] scores =
        TinyNetworks.scores(
            "nisp",
            TinyNetworks.of(
                new float[][] {{5}, {1}}, new float[2], new float[][] {{0, 1}, {0, -2}}),
            1);
    assertEquals(0, scores[0]);
    assertEquals(3, scores[1], 1e-9);
  }
}
