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
      RidgeRegression.Fit actual = WideRegression.fit(xs, ys, prior, 0.1);
      for (int i = 0; i < prior.data.length; i++) {
        assertEquals(expected.weights().data[i], actual.weights().data[i], 1e-6);
      }
      assertEquals(expected.bias()[1], actual.bias()[1], 1e-6);
      assertEquals(expected.squaredError(), actual.squaredError(), 1e-5);
    }
  }
}
