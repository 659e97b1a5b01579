package dev.coppice.compiler.compress.binarize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import org.junit.jupiter.api.Test;

class BinaryWeightsTest {
  @Test
  void signsAndMeansOfEachChannel() {
    Tensor w = Tensor.ofFloats(Shape.of(2, 3), 1, -2, 0, -0f, 5, -4);
    BinaryWeights rows = BinaryWeights.of(w, 0);
    assertArrayEquals(new long[] {1, -1, 1, 1, 1, -1}, rows.values().toLongs());
    assertArrayEquals(new float[] {1, 3}, rows.scales().toFloats());
    assertArrayEquals(new float[] {1, -1, 1, 3, 3, -3}, rows.dequantized().toFloats());
    BinaryWeights columns = BinaryWeights.of(w, 1);
    assertArrayEquals(new float[] {0.5f, 3.5f, 2}, columns.scales().toFloats());
    assertArrayEquals(
        new float[] {0.5f, -3.5f, 2, 0.5f, 3.5f, -2}, columns.dequantized().toFloats());
    BinaryWeights one = BinaryWeights.of(w, -1);
    assertEquals(Shape.SCALAR, one.scales().shape());
    assertEquals(2, one.scales().floatAt(0));
  }

  @Test
  void noOtherSignOrScaleIsNearer() {
    Tensor w = GaussianWeights.of(1, 4, 25);
    BinaryWeights binary = BinaryWeights.of(w, 0);
    double least = GaussianWeights.squaredError(w, binary.dequantized());
    for (int c = 0; c < 4; c++) {
      for (float factor : new float[] {0.99f, 1.01f}) {
        float[] scales = binary.scales().toFloats();
        scales[c] *= factor;
        BinaryWeights other =
            new BinaryWeights(binary.values(), Tensor.ofFloats(Shape.of(4), scales), 0);
        assertTrue(GaussianWeights.squaredError(w, other.dequantized()) > least);
      }
    }
    for (int i = 0; i < w.size(); i++) {
      float[] flipped = binary.dequantized().toFloats();
      flipped[i] = -flipped[i];
      assertTrue(GaussianWeights.squaredError(w, Tensor.ofFloats(w.shape(), flipped)) > least);
    }
  }

  @Test
  void normalWeightsLoseOneLessTwoOverPi() {
    Tensor w = GaussianWeights.of(2, 1000, 1000);
    double error = GaussianWeights.relativeError(w, BinaryWeights.of(w, -1).dequantized());
    assertEquals(1 - 2 / Math.PI, error, 0.001);
    assertEquals(0.363, error, 0.001);
  }

  @Test
  void aChannelOfZerosStaysZero() {
    Tensor w = Tensor.ofFloats(Shape.of(2, 1), 0, 3);
    assertArrayEquals(new float[] {0, 3}, BinaryWeights.of(w, 0).dequantized().toFloats());
  }

  @Test
  void refusesWeightsThatAreNotFiniteAndOtherAxes() {
    Tensor w = Tensor.ofFloats(Shape.of(2), 1, Float.NaN);
    assertEquals(
        "element 1 is NaN",
        assertThrows(IllegalArgumentException.class, () -> BinaryWeights.of(w, 0)).getMessage());
    assertEquals(
        "axis 1 of [2]",
        assertThrows(IllegalArgumentException.class, () -> BinaryWeights.of(w, 1)).getMessage());
  }
}
