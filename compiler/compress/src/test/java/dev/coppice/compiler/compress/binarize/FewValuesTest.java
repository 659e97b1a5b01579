package dev.coppice.compiler.compress.binarize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.model.Layer;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.recipe.Decision;
import dev.coppice.compiler.compress.recipe.Session;
import dev.coppice.compiler.compress.testing.Compiled;
import dev.coppice.compiler.compress.testing.NotFiniteWeights;
import dev.coppice.compiler.compress.testing.Operators;
import dev.coppice.compiler.compress.testing.Products;
import dev.coppice.compiler.compress.testing.Recipes;
import dev.coppice.compiler.compress.testing.SameOutputs;
import dev.coppice.compiler.compress.testing.SmallNetwork;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FewValuesTest {
  @ParameterizedTest
  @CsvSource({
    "ternarize, channel, 7",
    "ternarize, tensor,  9",
    "ternarize, channel, 13",
    "ternarize, channel, 21",
    "binarize,  channel, 9",
    "binarize,  tensor,  13",
    "binarize,  tensor,  21",
  })
  void computesWithTheDiscreteWeightsInEveryOpset(String method, String granularity, int opset) {
    OnnxGraph before = SmallNetwork.of(opset);
    Session session =
        Recipes.step(before, "%s, granularity: %s, ends: true".formatted(method, granularity));
    OnnxGraph after = session.graph();
    assertTrue(Layer.of(after).isEmpty());
    OnnxGraph replaced = before.copy();
    for (Layer layer : Layer.of(before)) {
      Tensor w = before.constant(layer.weights()).orElseThrow();
      int axis = granularity.equals("channel") ? layer.outAxis() : -1;
      replaced.constant(
          layer.weights(),
          method.equals("binarize")
              ? BinaryWeights.of(w, axis).dequantized()
              : TernaryWeights.of(w, axis, TernaryThreshold.MEAN).dequantized());
    }
    SameOutputs.interpreted(replaced, after);
    SameOutputs.compiled(replaced, after, 2);
  }

  @Test
  void firstAndLastLayersStayUnlessAskedFor() {
    Session session = Recipes.step(SmallNetwork.of(13), "ternarize");
    List<String> left =
        session.findings().decisions().stream()
            .filter(d -> d.what().equals("left as it is"))
            .map(Decision::layer)
            .toList();
    assertEquals(List.of("stem", "fc"), left);
    assertTrue(session.graph().isConstant("stem.weight"));
    assertFalse(session.graph().isConstant("dw.weight"));
  }

  @ParameterizedTest
  @CsvSource({"9, INT8, Cast;Mul", "13, INT8, DequantizeLinear", "21, INT4, DequantizeLinear"})
  void theFileHoldsSmallIntegers(int opset, DType type, String operators) {
    OnnxGraph after = Recipes.step(SmallNetwork.of(opset), "binarize, layers: [pw]").graph();
    assertEquals(type, after.type("pw.weight_quantized").dtype());
    assertTrue(Operators.of(after).startsWith(operators), Operators.of(after));
  }

  @Test
  void theClassStoresTwoBitsOrOne() {
    OnnxGraph dense = Products.of(SmallNetwork.random(new Random(3), 1, 256, 128));
    long scales = 32 * 128;
    long weights = 256 * 128;
    // 43 % zeros are 1.56 bits, and a Huffman code of three values takes 1.57.
    assertTrue(bits(dense, "ternarize, ends: true") < 1.7 * weights + scales);
    assertTrue(bits(dense, "ternarize, ends: true, granularity: tensor") < 1.7 * weights);
    assertTrue(bits(dense, "binarize, ends: true") < 1.1 * weights + scales);
    assertTrue(bits(dense, "binarize, ends: true, granularity: tensor") < 1.1 * weights);
  }

  private static long bits(OnnxGraph graph, String step) {
    return 8 * Compiled.bytes(Recipes.step(graph, step).graph());
  }

  @Test
  void weightsThatAreNotFiniteStay() {
    NotFiniteWeights.stay("binarize, ends: true");
  }

  @Test
  void sharedWeightsAreStoredOnce() {
    OnnxGraph graph = Products.twice(SmallNetwork.random(new Random(2), 1, 4, 4));
    OnnxGraph after = Recipes.step(graph, "ternarize, ends: true").graph();
    assertEquals("DequantizeLinear;MatMul;MatMul", Operators.of(after));
  }
}
