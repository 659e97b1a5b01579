package dev.coppice.compiler.compress.linalg;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;

class WideRegressionTest {
  @Test
  void isTheRidgeRegressionOfTheSameSamples() {
    Random random = new Random(2);
    for (int inputs : new int[] {3, 30}) {
      List<float[]> xs = new ArrayList<>();
      List<float[]> ys = new ArrayList<>();
      NormalEquations sums = new NormalEquations(inputs, 2);
      for (int s = 0; s < 12; s++) {
        float[] x = new float[inputs];
        for (int i = 0; i < inputs; i++) {
          x[i] = (float) random.nextGaussian() + 1;
        }
        float[] y = {(float) random.nextGaussian(), x[0] - 2 * x[1] + 3};
        xs.add(x);
        ys.add(y);
        sums.add(x, 0, y, 0);
      }
      DMatrixRMaj prior = new DMatrixRMaj(2, inputs);
      for (int i = 0; i < prior.data.length; i++) {
        prior.data[i] = random.nextGaussian();
      }
      RidgeRegression.Fit expected = new RidgeRegression(0.1, true).fit(sums, prior);
      RidgeRegression.Fit actual = new WideRegression(xs, ys, prior).fit(0.1);
      for (int i = 0; i < prior.data.length; i++) {
        assertEquals(expected.weights().data[i], actual.weights().data[i], 1e-6);
      }
      assertEquals(expected.bias()[1], actual.bias()[1], 1e-6);
      assertEquals(expected.squaredError(), actual.squaredError(), 1e-5);
    }
  }

  @Test
  void theErrorOnHeldOutSamplesIsThatOfAFitToTheOthers() {
    Random random = new Random(4);
    List<float[]> xs = new ArrayList<>();
    List<float[]> ys = new ArrayList<>();
    for (int s = 0; s < 10; s++) {
      float[] x = new float[20];
      double mean = 0;
      for (int i = 0; i < 20; i++) {
        x[i] = (float) random.nextGaussian();
        mean += x[i];
      }
      xs.add(x);
      ys.add(new float[] {(float) mean});
    }
    // Pairs of opposite samples have no mean, neither the first ones nor all.
    List<float[]> pairs = new ArrayList<>();
    List<float[]> targets = new ArrayList<>();
    for (int s = 0; s < 10; s++) {
      for (int sign = -1; sign < 2; sign += 2) {
        float[] x = new float[20];
        for (int i = 0; i < 20; i++) {
          x[i] = sign * xs.get(s)[i];
        }
        pairs.add(x);
        targets.add(new float[] {sign * ys.get(s)[0]});
      }
    }
    DMatrixRMaj prior = new DMatrixRMaj(1, 20);
    RidgeRegression.Fit first =
        new WideRegression(pairs.subList(0, 12), targets.subList(0, 12), prior).fit(0.3);
    double expected = 0;
    for (int s = 12; s < 20; s++) {
      double d = targets.get(s)[0] - first.bias()[0];
      for (int i = 0; i < 20; i++) {
        d -= first.weights().get(0, i) * pairs.get(s)[i];
      }
      expected += d * d;
    }
    assertEquals(expected, new WideRegression(pairs, targets, prior).heldOutError(12, 0.3), 1e-6);
  }
}
