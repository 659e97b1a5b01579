package dev.coppice.compiler.compress.quantize;

import static dev.coppice.compiler.testing.OnnxModels.attribute;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.model.Layer;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.testing.Interpreted;
import dev.coppice.compiler.compress.testing.SmallNetwork;
import dev.coppice.compiler.onnx.wire.proto.AttributeProto;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Rows times weights are what the layer computes. */
class LayerInputsTest {
  @Test
  void windowsOfConvolutions() {
    assertProducts(
        "y = Conv(x, w)",
        Shape.of(2, 4, 7, 6),
        Shape.of(6, 2, 3, 2),
        attribute("group", 2),
        attribute("strides", new int[] {2, 1}),
        attribute("dilations", new int[] {1, 2}),
        attribute("pads", new int[] {1, 0, 2, 1}));
    assertProducts(
        "y = Conv(x, w)",
        Shape.of(1, 3, 5, 5),
        Shape.of(4, 3, 3, 3),
        attribute("auto_pad", "SAME_LOWER"),
        attribute("strides", new int[] {2, 2}));
    assertProducts(
        "y = Conv(x, w)",
        Shape.of(1, 3, 8),
        Shape.of(3, 1, 4),
        attribute("group", 3),
        attribute("auto_pad", "SAME_UPPER"));
  }

  @Test
  void rowsAndColumnsOfMatrices() {
    assertProducts("y = Gemm(x, w)", Shape.of(3, 4), Shape.of(4, 5));
    assertProducts(
        "y = Gemm(x, w)",
        Shape.of(4, 3),
        Shape.of(5, 4),
        attribute("transA", 1),
        attribute("transB", 1));
    assertProducts("y = MatMul(x, w)", Shape.of(2, 3, 4), Shape.of(4, 5));
    assertProducts("y = MatMul(w, x)", Shape.of(2, 4, 3), Shape.of(5, 4));
    assertProducts("y = Gemm(w, x)", Shape.of(3, 4), Shape.of(5, 4), attribute("transB", 1));
  }

  @Test
  void transposedConvolutionsAreNoProducts() {
    OnnxGraph graph = OneLayer.of("y = ConvTranspose(x, w)", Shape.of(1, 2, 4), Shape.of(2, 3, 3));
    assertTrue(LayerInputs.of(Layer.of(graph).get(0), graph).isEmpty());
  }

  @Test
  void rowsBeginWhereTheyAreAskedTo() {
    OnnxGraph graph = OneLayer.of("y = MatMul(x, w)", Shape.of(5, 2), Shape.of(2, 1));
    Tensor values = Tensor.ofFloats(Shape.of(5, 2), 0, 0, 1, 0, 2, 0, 3, 0, 4, 0);
    List<Float> seen = new ArrayList<>();
    LayerInputs.of(Layer.of(graph).get(0), graph)
        .orElseThrow()
        .visit(values, 1, 3, (g, row) -> seen.add(row[0]));
    assertEquals(List.of(1f, 4f), seen);
  }

  /** Each output is found once among the products, for inputs whose products differ. */
  private static void assertProducts(String call, Shape x, Shape w, AttributeProto... attributes) {
    OnnxGraph graph = OneLayer.of(call, x, w, attributes);
    Tensor values = SmallNetwork.random(new Random(4), 1, x.dims());
    float[] expected = Interpreted.run(graph, List.of(values)).get(0).toFloats();
    LayerInputs inputs = LayerInputs.of(Layer.of(graph).get(0), graph).orElseThrow();
    Tensor weights = graph.constant("w").orElseThrow();
    List<Float> products = new ArrayList<>();
    inputs.visit(
        values,
        0,
        1,
        (g, row) -> {
          for (int o = 0; o < inputs.outputs(); o++) {
            if (inputs.group(o) == g) {
              double sum = 0;
              for (int k = 0; k < row.length; k++) {
                sum += row[k] * weights.doubleAt(inputs.weight(o, k));
              }
              products.add((float) sum);
            }
          }
        });
    assertEquals(expected.length, products.size(), call);
    float[] actual = new float[expected.length];
    for (int i = 0; i < actual.length; i++) {
      actual[i] = products.get(i);
    }
    Arrays.sort(expected);
    Arrays.sort(actual);
    for (int i = 0; i < actual.length; i++) {
      assertEquals(expected[i], actual[i], 1e-4, call + ", " + i);
    }
  }
}
