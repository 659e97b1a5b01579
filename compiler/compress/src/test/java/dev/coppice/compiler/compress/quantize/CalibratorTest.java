package dev.coppice.compiler.compress.quantize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CalibratorTest {
  private static final ActivationType INT8 = new ActivationType(DType.INT8, false);

  @Test
  void minMaxHoldsEverythingAndZero() {
    Calibrator.Range range = range(Calibrator.Kind.MIN_MAX, 100, values(2, 5, 3));
    assertEquals(0, range.min());
    assertEquals(5, range.max());
  }

  @Test
  void percentilesCutBothEnds() {
    float[] values = new float[10_001];
    for (int i = 0; i < values.length; i++) {
      values[i] = i - 5000;
    }
    Calibrator.Range range = range(Calibrator.Kind.PERCENTILE, 99, values);
    assertEquals(-4950, range.min(), 6);
    assertEquals(4950, range.max(), 6);
    assertEquals(5000, range(Calibrator.Kind.PERCENTILE, 100, values).max(), 1e-9);
  }

  /** An outlier is clipped where that makes the steps of all others finer. */
  @Test
  void meanSquaresWeighClippingAgainstRounding() {
    float[] values = normal(100_000);
    values[0] = 40;
    Calibrator.Range clipped = range(Calibrator.Kind.MSE, 100, values);
    assertTrue(clipped.max() > 20 && clipped.max() < 38, clipped.toString());
    assertTrue(clipped.min() < -3, clipped.toString());
    values[0] = 400;
    // An error of 400 for one costs more than coarse steps cost all others.
    assertTrue(range(Calibrator.Kind.MSE, 100, values).max() > 300);
    float[] uniform = new float[10_000];
    for (int i = 0; i < uniform.length; i++) {
      uniform[i] = i / 10_000f;
    }
    assertEquals(1, range(Calibrator.Kind.MSE, 100, uniform).max(), 0.02);
  }

  @Test
  void entropyKeepsUniformValuesAndCutsALoneOutlier() {
    float[] uniform = new float[100_000];
    for (int i = 0; i < uniform.length; i++) {
      uniform[i] = i / 100_000f;
    }
    assertEquals(1, range(Calibrator.Kind.ENTROPY, 100, uniform).max(), 0.15);
    float[] values = normal(100_000);
    values[0] = 100;
    Calibrator.Range range = range(Calibrator.Kind.ENTROPY, 100, values);
    assertTrue(range.max() < 20 && range.min() < -3, range.toString());
  }

  /** By hand: p = (2, 2, 4) / 8 with the rest in the last bin, q = (2, 2, 1) / 5. */
  @Test
  void divergenceOfAKnownHistogram() {
    double expected =
        0.25 * Math.log(0.25 / 0.4) + 0.25 * Math.log(0.25 / 0.4) + 0.5 * Math.log(0.5 / 0.2);
    assertEquals(expected, Calibrator.divergence(new double[] {2, 2, 1, 3}, 3, 3), 1e-12);
    // Bins that are merged to one level and spread again: (3, 1) becomes (2, 2), (0, 4) stays.
    double merged = 3 / 8.0 * Math.log(3 / 2.0) + 1 / 8.0 * Math.log(1 / 2.0);
    assertEquals(merged, Calibrator.divergence(new double[] {3, 1, 0, 4}, 4, 2), 1e-12);
    assertEquals(0, Calibrator.divergence(new double[] {3, 1, 0, 4}, 4, 4), 1e-12);
  }

  @Test
  void aValueThatIsAlwaysZeroHasAnEmptyRange() {
    for (Calibrator.Kind kind : Calibrator.Kind.values()) {
      assertEquals(0, range(kind, 99.9, values(0, 0)).width());
    }
  }

  private static Calibrator.Range range(Calibrator.Kind kind, double percentile, float[] values) {
    ActivationHistogram histogram = new ActivationHistogram();
    Tensor t = Tensor.ofFloats(Shape.of(values.length), values);
    histogram.widen(t);
    histogram.count(t);
    return new Calibrator(kind, percentile).range(histogram, INT8);
  }

  private static float[] values(float... values) {
    return values;
  }

  private static float[] normal(int n) {
    Random random = new Random(5);
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
