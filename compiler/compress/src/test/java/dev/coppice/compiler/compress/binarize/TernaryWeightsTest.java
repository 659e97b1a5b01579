package dev.coppice.compiler.compress.binarize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class TernaryWeightsTest {
  @Test
  void smallWeightsAreZeroAndTheOthersTheirMean() {
    // Means 2 and 1: thresholds 1.4 and 0.7.
    Tensor w = Tensor.ofFloats(Shape.of(2, 4), 1, -2, 1.4f, -3.6f, 0, 2, -1.5f, 0.5f);
    TernaryWeights ternary = TernaryWeights.of(w, 0, TernaryThreshold.MEAN);
    assertArrayEquals(new long[] {0, -1, 0, -1, 0, 1, -1, 0}, ternary.values().toLongs());
    assertArrayEquals(new float[] {2.8f, 1.75f}, ternary.scales().toFloats(), 1e-6f);
    TernaryWeights one = TernaryWeights.of(w, -1, TernaryThreshold.MEAN);
    assertEquals(Shape.SCALAR, one.scales().shape());
    assertArrayEquals(new long[] {0, -1, 1, -1, 0, 1, -1, 0}, one.values().toLongs());
  }

  @Test
  void theScaleIsThatOfLeastSquares() {
    Tensor w = GaussianWeights.of(1, 4, 50);
    for (TernaryThreshold threshold : TernaryThreshold.values()) {
      TernaryWeights ternary = TernaryWeights.of(w, 0, threshold);
      double least = GaussianWeights.squaredError(w, ternary.dequantized());
      for (int c = 0; c < 4; c++) {
        for (float factor : new float[] {0.99f, 1.01f}) {
          float[] scales = ternary.scales().toFloats();
          scales[c] *= factor;
          TernaryWeights other =
              new TernaryWeights(ternary.values(), Tensor.ofFloats(Shape.of(4), scales), 0);
          assertTrue(GaussianWeights.squaredError(w, other.dequantized()) > least);
        }
      }
    }
  }

  @Test
  void aTensorHasThreeValues() {
    float[] values =
        TernaryWeights.of(GaussianWeights.of(2, 100), -1, TernaryThreshold.MEAN)
            .dequantized()
            .toFloats();
    TreeSet<Float> distinct = new TreeSet<>();
    for (float v : values) {
      distinct.add(v + 0f);
    }
    assertEquals(3, distinct.size());
    assertEquals(0, distinct.first() + distinct.last());
  }

  @Test
  void normalWeightsLoseAFifth() {
    Tensor w = GaussianWeights.of(3, 1000, 1000);
    TernaryWeights mean = TernaryWeights.of(w, -1, TernaryThreshold.MEAN);
    TernaryWeights optimal = TernaryWeights.of(w, -1, TernaryThreshold.OPTIMAL);
    // The integrals: 1 - (2 phi(d))^2 / P(|w| > d) at d = 0.7 sqrt(2 / pi), and the distortion of
    // the best quantizer of three levels (Max 1960, table I).
    assertEquals(0.1917, GaussianWeights.relativeError(w, mean.dequantized()), 0.001);
    assertEquals(0.1902, GaussianWeights.relativeError(w, optimal.dequantized()), 0.001);
    long zeros = 0;
    for (long t : mean.values().toLongs()) {
      zeros += t == 0 ? 1 : 0;
    }
    assertEquals(0.4235, zeros / 1e6, 0.002);
  }

  @Test
  void noOtherNumberOfZerosIsBetterThanTheOptimalOne() {
    for (long seed = 0; seed < 20; seed++) {
      Tensor w = GaussianWeights.of(seed, 30);
      double least =
          GaussianWeights.squaredError(
              w, TernaryWeights.of(w, -1, TernaryThreshold.OPTIMAL).dequantized());
      for (int kept = 0; kept < 30; kept++) {
        float threshold = Math.abs(w.floatAt(kept));
        double sum = 0;
        double squares = 0;
        int count = 0;
        for (int i = 0; i < 30; i++) {
          double magnitude = Math.abs(w.floatAt(i));
          squares += magnitude * magnitude;
          sum += magnitude >= threshold ? magnitude : 0;
          count += magnitude >= threshold ? 1 : 0;
        }
        assertTrue(least <= squares - sum * sum / count + 1e-6);
      }
    }
  }

  @Test
  void equalMagnitudesAreTreatedAlike() {
    Tensor w = Tensor.ofFloats(Shape.of(5), 1, -1, 1, -1, 1);
    TernaryWeights ternary = TernaryWeights.of(w, -1, TernaryThreshold.OPTIMAL);
    assertEquals(w, ternary.dequantized());
  }

  @Test
  void zerosStayZero() {
    Tensor w = Tensor.ofFloats(Shape.of(2, 2), 0, 0, 0, 3);
    for (TernaryThreshold threshold : TernaryThreshold.values()) {
      TernaryWeights ternary = TernaryWeights.of(w, 0, threshold);
      assertArrayEquals(new float[] {0, 0, 0, 3}, ternary.dequantized().toFloats());
      assertArrayEquals(new float[] {0, 3}, ternary.scales().toFloats());
    }
  }

  @Test
  void refusesWeightsThatAreNotFinite() {
    Tensor w = Tensor.ofFloats(Shape.of(2), Float.NEGATIVE_INFINITY, 1);
    assertEquals(
        "element 0 is -Infinity",
        assertThrows(
                IllegalArgumentException.class,
                () -> TernaryWeights.of(w, -1, TernaryThreshold.OPTIMAL))
            .getMessage());
  }
}
