package dev.coppice.compiler.compress.linalg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.function.IntUnaryOperator;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.NormOps_DDRM;
import org.ejml.dense.row.RandomMatrices_DDRM;
import org.junit.jupiter.api.Test;

class RidgeRegressionTest {
  private static final int INPUTS = 6;
  private static final int OUTPUTS = 2;

  private final DMatrixRMaj planted =
      RandomMatrices_DDRM.rectangle(OUTPUTS, INPUTS, -1, 1, new Random(7));
  private final double[] plantedBias = {3, -2};

  @Test
  void recoversAPlantedMap() {
    NormalEquations samples = samples(400, 0, i -> i);
    RidgeRegression.Fit fit = new RidgeRegression(0, true).fit(samples);
    assertArrayEquals(planted.data, fit.weights().data, 1e-6);
    assertArrayEquals(plantedBias, fit.bias(), 1e-6);
    assertTrue(fit.squaredError() < 1e-9 * samples.squaredOutputs());
  }

  @Test
  void noChangeOfTheWeightsIsBetter() {
    NormalEquations samples = samples(100, 0.5, i -> i);
    RidgeRegression ridge = new RidgeRegression(0.01, true);
    DMatrixRMaj prior = RandomMatrices_DDRM.rectangle(OUTPUTS, INPUTS, new Random(8));
    RidgeRegression.Fit fit = ridge.fit(samples, prior);
    double r = 0.01 * CommonOps_DDRM.trace(samples.gram(true)) / INPUTS;
    double best = objective(samples, fit.weights(), fit.bias(), prior, r);
    for (int i = 0; i < INPUTS * OUTPUTS; i++) {
      for (double step : new double[] {-1e-3, 1e-3}) {
        DMatrixRMaj other = fit.weights().copy();
        other.data[i] += step;
        assertTrue(objective(samples, other, fit.bias(), prior, r) > best);
        double[] bias = fit.bias().clone();
        bias[i % OUTPUTS] += step;
        assertTrue(objective(samples, fit.weights(), bias, prior, r) > best);
      }
    }
  }

  @Test
  void withoutInterceptTheBiasIsZero() {
    RidgeRegression.Fit fit = new RidgeRegression(0, false).fit(samples(50, 0.1, i -> i));
    assertArrayEquals(new double[OUTPUTS], fit.bias());
    assertTrue(fit.squaredError() > 0);
  }

  @Test
  void inputsThatAreCopiesShareTheWeight() {
    // Inputs 3, 4 and 5 equal 0, 1 and 2: only sums of weights are known.
    NormalEquations samples = samples(300, 0, i -> i % 3);
    RidgeRegression.Fit fit = new RidgeRegression(0, true).fit(samples);
    assertTrue(fit.squaredError() < 1e-9 * samples.squaredOutputs());
    for (int o = 0; o < OUTPUTS; o++) {
      for (int i = 0; i < 3; i++) {
        double half = (planted.get(o, i) + planted.get(o, i + 3)) / 2;
        assertEquals(half, fit.weights().get(o, i), 1e-6);
        assertEquals(half, fit.weights().get(o, i + 3), 1e-6);
      }
    }
  }

  @Test
  void fewSamplesLeaveThePriorWhereTheySayNothing() {
    NormalEquations samples = samples(2, 0, i -> i);
    DMatrixRMaj prior = RandomMatrices_DDRM.rectangle(OUTPUTS, INPUTS, new Random(9));
    RidgeRegression.Fit fit = new RidgeRegression(0, false).fit(samples, prior);
    assertTrue(fit.squaredError() < 1e-9 * samples.squaredOutputs());
    RidgeRegression.Fit again = new RidgeRegression(0, false).fit(samples, fit.weights());
    assertArrayEquals(fit.weights().data, again.weights().data, 1e-9);
    DMatrixRMaj change = new DMatrixRMaj(OUTPUTS, INPUTS);
    CommonOps_DDRM.subtract(fit.weights(), prior, change);
    assertTrue(NormOps_DDRM.normF(change) > 0.01);
  }

  @Test
  void anInputThatIsAlwaysZeroKeepsItsPrior() {
    NormalEquations samples = new NormalEquations(2, 1);
    for (int r = 0; r < 5; r++) {
      samples.add(new float[] {r, 0}, 0, new float[] {2 * r}, 0);
    }
    DMatrixRMaj prior = new DMatrixRMaj(new double[][] {{5, 7}});
    for (double lambda : new double[] {0, 1e-12}) {
      double[] weights = new RidgeRegression(lambda, false).fit(samples, prior).weights().data;
      assertArrayEquals(new double[] {2, 7}, weights, 1e-9);
    }
  }

  @Test
  void scalesOfInputsDoNotMatter() {
    NormalEquations samples = new NormalEquations(2, 1);
    Random random = new Random(10);
    for (int r = 0; r < 50; r++) {
      float a = (float) random.nextGaussian() * 0x1p-20f;
      float b = (float) random.nextGaussian() * 0x1p20f;
      samples.add(new float[] {a, b}, 0, new float[] {a * 0x1p20f + b * 0x1p-20f}, 0);
    }
    double[] weights = new RidgeRegression(0, false).fit(samples).weights().data;
    assertEquals(1, weights[0] * 0x1p-20, 1e-6);
    assertEquals(1, weights[1] * 0x1p20, 1e-6);
  }

  @Test
  void refusesARidgeBelowZeroAndAPriorOfAnotherShape() {
    assertEquals(
        "ridge -1.0",
        assertThrows(IllegalArgumentException.class, () -> new RidgeRegression(-1, true))
            .getMessage());
    assertThrows(IllegalArgumentException.class, () -> new RidgeRegression(Double.NaN, true));
    assertEquals(
        "prior 1 x 1 for 2 x 6",
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    new RidgeRegression(0, true).fit(samples(3, 0, i -> i), new DMatrixRMaj(1, 1)))
            .getMessage());
  }

  private static double objective(
      NormalEquations samples, DMatrixRMaj w, double[] bias, DMatrixRMaj prior, double ridge) {
    double sum = samples.squaredError(w, bias);
    for (int i = 0; i < w.data.length; i++) {
      sum += ridge * (w.data[i] - prior.data[i]) * (w.data[i] - prior.data[i]);
    }
    return sum;
  }

  private NormalEquations samples(int n, double noise, IntUnaryOperator source) {
    Random random = new Random(11);
    NormalEquations samples = new NormalEquations(INPUTS, OUTPUTS);
    for (int r = 0; r < n; r++) {
      float[] x = new float[INPUTS];
      float[] y = new float[OUTPUTS];
      for (int i = 0; i < INPUTS; i++) {
        x[i] = source.applyAsInt(i) == i ? (float) random.nextGaussian() : x[source.applyAsInt(i)];
      }
      for (int o = 0; o < OUTPUTS; o++) {
        double sum = plantedBias[o] + noise * random.nextGaussian();
        for (int i = 0; i < INPUTS; i++) {
          sum += planted.get(o, i) * x[i];
        }
        y[o] = (float) sum;
      }
      samples.add(x, 0, y, 0);
    }
    return samples;
  }
}
