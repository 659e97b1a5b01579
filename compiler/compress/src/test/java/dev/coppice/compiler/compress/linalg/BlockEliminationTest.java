package dev.coppice.compiler.compress.linalg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;

class BlockEliminationTest {
  @Test
  void costsAndWeightsAreThoseOfTheFitWithoutTheBlock() {
    Random random = new Random(3);
    int n = 9;
    NormalEquations samples = new NormalEquations(n, 2);
    DMatrixRMaj w = new DMatrixRMaj(n, 2);
    for (int i = 0; i < w.data.length; i++) {
      w.data[i] = random.nextGaussian();
    }
    for (int s = 0; s < 500; s++) {
      float[] x = new float[n];
      for (int i = 0; i < n; i++) {
        x[i] = (float) random.nextGaussian() + (i > 0 ? x[i - 1] : 0);
      }
      float[] y = new float[2];
      for (int o = 0; o < 2; o++) {
        for (int i = 0; i < n; i++) {
          y[o] += (float) (x[i] * w.get(i, o));
        }
      }
      samples.add(x, 0, y, 0);
    }
    BlockElimination elimination = new BlockElimination(samples.gram(false), w, 1e-12);
    double cost = elimination.cost(3, 4, 5);
    elimination.remove(3, 4, 5);
    double second = elimination.cost(0);
    elimination.remove(0);
    RidgeRegression.Fit three = new RidgeRegression(0, false).fit(samples.select(0, 1, 2, 6, 7, 8));
    RidgeRegression.Fit four = new RidgeRegression(0, false).fit(samples.select(1, 2, 6, 7, 8));
    assertEquals(three.squaredError(), cost, 1e-4 * cost);
    assertEquals(four.squaredError(), cost + second, 1e-4 * cost);
    int[] left = {1, 2, 6, 7, 8};
    for (int i = 0; i < left.length; i++) {
      for (int o = 0; o < 2; o++) {
        assertEquals(four.weights().get(o, i), elimination.weights().get(left[i], o), 1e-4);
      }
    }
    assertEquals(0, elimination.weights().get(4, 1));
  }

  @Test
  void anInputThatIsNeverSeenCostsNothing() {
    DMatrixRMaj gram = new DMatrixRMaj(new double[][] {{2, 0}, {0, 0}});
    DMatrixRMaj w = new DMatrixRMaj(new double[][] {{1}, {100}});
    BlockElimination elimination = new BlockElimination(gram, w, 1e-12);
    assertEquals(2, elimination.cost(0), 1e-6);
    assertEquals(0, elimination.cost(1), 1e-6);
  }

  @Test
  void whatIsGoneCannotGoAgain() {
    DMatrixRMaj gram = new DMatrixRMaj(new double[][] {{2, 1}, {1, 3}});
    BlockElimination elimination =
        new BlockElimination(gram, new DMatrixRMaj(new double[][] {{1}, {1}}), 0);
    elimination.remove(0);
    assertThrows(IllegalArgumentException.class, () -> elimination.cost(0));
  }
}
