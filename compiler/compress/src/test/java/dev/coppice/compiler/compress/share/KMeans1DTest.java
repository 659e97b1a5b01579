package dev.coppice.compiler.compress.share;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class KMeans1DTest {
  /** The matrix of Han et al. 2016, figure 3. */
  private static final Tensor HAN =
      Tensor.ofFloats(
          Shape.of(4, 4),
          2.09f,
          -0.98f,
          1.48f,
          0.09f,
          0.05f,
          -0.14f,
          -1.08f,
          2.12f,
          -0.91f,
          1.92f,
          0,
          -1.03f,
          1.87f,
          0,
          1.53f,
          1.49f);

  @Test
  void theKnownMatrixHasItsKnownCodebook() {
    KMeans1D.Fit fit = linear(4).fit(List.of(HAN));
    assertArrayEquals(new float[] {-1, 0, 1.5f, 2}, fit.codebook().values().toFloats(), 1e-6f);
    assertEquals(2, fit.errors().size());
    assertEquals(0.005825, fit.errors().get(1) / 16, 1e-8);
    assertEquals(fit.errors().get(1), squaredError(HAN, fit.codebook()), 1e-7);
  }

  @Test
  void noIterationMakesTheErrorLarger() {
    Tensor w = normal(20_000, 1);
    for (CentroidStart start : CentroidStart.values()) {
      for (int k : new int[] {1, 2, 5, 16, 64, 256}) {
        List<Double> errors = new KMeans1D(k, start, 3, false, 1000).fit(List.of(w)).errors();
        for (int i = 1; i < errors.size(); i++) {
          assertTrue(errors.get(i) <= errors.get(i - 1) + 1e-9, start + ", " + k + " clusters");
        }
      }
    }
  }

  @Test
  void noStartIsBetterThanTheOptimalOne() {
    Tensor w = normal(5000, 2);
    for (int k : new int[] {2, 7, 32}) {
      double least = error(w, k, CentroidStart.OPTIMAL);
      for (CentroidStart start : CentroidStart.values()) {
        assertTrue(least <= error(w, k, start) + 1e-9, start + ", " + k + " clusters");
      }
      assertEquals(
          2, new KMeans1D(k, CentroidStart.OPTIMAL, 0, false, 9).fit(List.of(w)).errors().size());
    }
  }

  private static double error(Tensor w, int k, CentroidStart start) {
    List<Double> errors = new KMeans1D(k, start, 0, false, 1000).fit(List.of(w)).errors();
    return errors.get(errors.size() - 1);
  }

  @Test
  void asManyClustersAsValuesAreLossless() {
    for (int k : new int[] {15, 16, 200}) {
      KMeans1D.Fit fit = linear(k).fit(List.of(HAN));
      assertEquals(HAN, fit.codebook().decode(fit.codebook().encode(HAN)));
      assertEquals(List.of(0.0), fit.errors());
    }
  }

  @Test
  void emptyClustersStartAgain() {
    // One far weight leaves all linear centroids but two without weights.
    float[] weights = new float[1001];
    Random random = new Random(3);
    for (int i = 0; i < 1000; i++) {
      weights[i] = random.nextFloat();
    }
    weights[1000] = 1e6f;
    Tensor w = Tensor.ofFloats(Shape.of(1001), weights);
    Codebook codebook = linear(16).fit(List.of(w)).codebook();
    assertEquals(16, codebook.size());
    assertTrue(squaredError(w, codebook) < 1000 * Math.pow(2.0 / 15, 2) / 12);
  }

  @Test
  void keptZerosAreZeroAndTakeOneValue() {
    float[] weights = normal(1000, 4).toFloats();
    for (int i = 0; i < weights.length; i++) {
      weights[i] = Math.abs(weights[i]) < 0.5f ? 0 : weights[i] + 0.1f;
    }
    Tensor w = Tensor.ofFloats(Shape.of(1000), weights);
    Codebook codebook =
        new KMeans1D(3, CentroidStart.LINEAR, 0, true, 100).fit(List.of(w)).codebook();
    assertEquals(3, codebook.size());
    assertEquals(0, codebook.values().floatAt(1));
    Tensor decoded = codebook.decode(codebook.encode(w));
    for (int i = 0; i < weights.length; i++) {
      assertTrue(weights[i] != 0 || decoded.floatAt(i) == 0);
    }
    Codebook moved = linear(3).fit(List.of(w)).codebook();
    assertTrue(moved.values().floatAt(1) != 0);
  }

  @Test
  void zerosAloneHaveOneValue() {
    Tensor zeros = Tensor.ofFloats(Shape.of(3), 0, -0f, 0);
    for (boolean keep : new boolean[] {false, true}) {
      Codebook codebook =
          new KMeans1D(4, CentroidStart.DENSITY, 0, keep, 5).fit(List.of(zeros)).codebook();
      assertArrayEquals(new float[] {0}, codebook.values().toFloats());
    }
  }

  @Test
  void severalTensorsShareOneCodebook() {
    Tensor a = Tensor.ofFloats(Shape.of(3), 0, 0.1f, 5);
    Tensor b = Tensor.ofFloats(Shape.of(1, 2), 5.1f, 9);
    float[] values = linear(3).fit(List.of(a, b)).codebook().values().toFloats();
    assertArrayEquals(new float[] {0.05f, 5.05f, 9}, values, 1e-6f);
  }

  @Test
  void refusesWeightsThatAreNotFiniteAndNumbersOutOfRange() {
    Tensor nan = Tensor.ofFloats(Shape.of(2), 1, Float.NaN);
    assertEquals("weight 1 is NaN", message(() -> linear(2).fit(List.of(nan))));
    assertEquals("0 clusters, start LINEAR, 100 iterations", message(() -> linear(0)));
    assertEquals(
        "1 clusters, start RANDOM, 5 iterations",
        message(() -> new KMeans1D(1, CentroidStart.RANDOM, 0, true, 5)));
    assertEquals(
        "1025 clusters, start OPTIMAL, 5 iterations",
        message(() -> new KMeans1D(1025, CentroidStart.OPTIMAL, 0, true, 5)));
  }

  private static KMeans1D linear(int k) {
    return new KMeans1D(k, CentroidStart.LINEAR, 0, false, 100);
  }

  private static double squaredError(Tensor w, Codebook codebook) {
    Tensor decoded = codebook.decode(codebook.encode(w));
    double sum = 0;
    for (int i = 0; i < w.size(); i++) {
      sum += Math.pow(w.floatAt(i) - (double) decoded.floatAt(i), 2);
    }
    return sum;
  }

  private static Tensor normal(int n, long seed) {
    Random random = new Random(seed);
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensor.ofFloats(Shape.of(n), values);
  }

  private static String message(Executable executable) {
    return assertThrows(IllegalArgumentException.class, executable).getMessage();
  }
}
