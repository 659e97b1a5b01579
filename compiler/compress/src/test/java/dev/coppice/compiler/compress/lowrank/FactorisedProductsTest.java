package dev.coppice.compiler.compress.lowrank;

import static dev.coppice.compiler.testing.OnnxModels.attribute;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.evaluate.Examples;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.recipe.Session;
import dev.coppice.compiler.compress.testing.Operators;
import dev.coppice.compiler.compress.testing.Products;
import dev.coppice.compiler.compress.testing.Recipes;
import dev.coppice.compiler.compress.testing.SameOutputs;
import dev.coppice.compiler.compress.testing.SmallNetwork;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.OnnxModels;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Products with a matrix of low rank become two products that compute the same. */
class FactorisedProductsTest {
  @ParameterizedTest
  @ValueSource(ints = {7, 9, 13})
  void matrixProductsOfLowRankAreReplacedExactly(int opset) {
    Tensor w = LowRankModels.planted(3, 20, 24);
    Tensor transposed = w.gather(Shape.of(24, 20), i -> i % 20 * 24 + i / 20);
    OnnxModels both =
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 4, 24)
            .input("z", DType.FLOAT32, 2, 3, 24)
            .initializer("w", w)
            .initializer("v", transposed)
            .initializer("u", transposed)
            .initializer("t", transposed)
            .initializer("c", SmallNetwork.random(new Random(5), 1, 20))
            .output("a", DType.FLOAT32, 4, 20)
            .output("b", DType.FLOAT32, 4, 20)
            .output("d", DType.FLOAT32, 2, 3, 20)
            .output("e", DType.FLOAT32, 2, 24, 20)
            .node(
                "a = Gemm(x, w, c)",
                attribute("transB", 1),
                attribute("alpha", 0.5f),
                attribute("beta", 2f))
            .node("b = Gemm(x, v, c)")
            .node("d = MatMul(z, u)")
            .node("s = Transpose(d)", attribute("perm", new int[] {0, 2, 1}))
            .node("m = MatMul(t, s)")
            .node("e = MatMul(m, o)")
            .initializer("o", SmallNetwork.random(new Random(6), 1, 3, 20));
    OnnxGraph before = LowRankModels.graph(both, opset);
    Session session = Recipes.step(before, "low-rank, kind: svd, rank: 3, exclude: [o]");
    assertEquals(
        "MatMul;Gemm;MatMul;Gemm;MatMul;MatMul;Transpose;MatMul;MatMul;MatMul",
        Operators.of(session.graph()));
    SameOutputs.interpreted(before, session.graph());
    SameOutputs.compiled(before, session.graph(), 1);
    LowRankModels.assertMultiplyAddsAsSaid(session);
  }

  @Test
  void knownInputsMakeOutputsBetterThanWeights() {
    Random random = new Random(4);
    Tensor mixing = SmallNetwork.random(random, 1, 5, 40);
    List<List<Tensor>> inputs = new ArrayList<>();
    for (int e = 0; e < 100; e++) {
      Tensor hidden = SmallNetwork.random(random, 1, 5);
      float[] x = new float[40];
      for (int i = 0; i < 40; i++) {
        x[i] = 0.1f * (float) random.nextGaussian();
        for (int j = 0; j < 5; j++) {
          x[i] += hidden.floatAt(j) * mixing.floatAt(j * 40 + i);
        }
      }
      inputs.add(List.of(Tensor.ofFloats(Shape.of(1, 40), x)));
    }
    Examples examples = Examples.of(inputs, List.of());
    OnnxGraph graph = Products.of(SmallNetwork.random(random, 1, 40, 30));
    String recipe = "steps: [{method: low-rank, kind: svd, rank: 8, data-aware: %s}]";
    double[] errors = new double[2];
    for (int aware = 0; aware < 2; aware++) {
      OnnxGraph after =
          Recipes.run(graph, Optional.of(examples), recipe.formatted(aware == 1)).graph();
      for (int i = 0; i < examples.count(); i++) {
        List<Tensor> x = examples.inputs(i);
        errors[aware] += LowRankModels.relativeError(graph, after, x) / 100;
      }
    }
    assertTrue(errors[1] < 0.1 && errors[0] > 0.5, errors[1] + " against " + errors[0]);
  }
}
