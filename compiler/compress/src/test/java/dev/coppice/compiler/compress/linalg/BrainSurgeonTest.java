package dev.coppice.compiler.compress.linalg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;

class BrainSurgeonTest {
  @Test
  void theWeightsBehindMakeUpForTheFirst() {
    // Two equal inputs: the second takes over the weight of the first.
    DMatrixRMaj gram = new DMatrixRMaj(new double[][] {{1, 1, 0}, {1, 1, 0}, {0, 0, 1}});
    double[] row = {0.1, 2, 5};
    int zeros = new BrainSurgeon(gram, 1e-9).prune(row, 0.001);
    assertEquals(1, zeros);
    assertEquals(0, row[0]);
    assertEquals(2.1, row[1], 1e-4);
    assertEquals(5, row[2], 1e-9);
  }

  @Test
  void uncorrelatedInputsGoByWeightTimesDeviation() {
    DMatrixRMaj gram = new DMatrixRMaj(new double[][] {{100, 0, 0}, {0, 1, 0}, {0, 0, 1}});
    double[] row = {0.5, 1, 3};
    assertEquals(1, new BrainSurgeon(gram, 1e-12).prune(row, 2));
    assertEquals(0, row[1]);
    assertEquals(0.5, row[0]);
  }

  @Test
  void keepsAsManyOfEachGroupAsThePatternSays() {
    Random random = new Random(5);
    double[][] x = new double[40][8];
    DMatrixRMaj gram = new DMatrixRMaj(8, 8);
    for (double[] sample : x) {
      for (int i = 0; i < 8; i++) {
        sample[i] = random.nextGaussian() + (i > 0 ? sample[i - 1] : 0);
      }
      for (int i = 0; i < 64; i++) {
        gram.data[i] += sample[i / 8] * sample[i % 8];
      }
    }
    double[] w = new double[8];
    for (int i = 0; i < 8; i++) {
      w[i] = random.nextGaussian();
    }
    double[] fitted = w.clone();
    new BrainSurgeon(gram.copy(), 1e-9).prunePattern(fitted, 2, 4);
    double[] plain = w.clone();
    for (int i = 0; i < 8; i++) {
      plain[i] = fitted[i] == 0 ? 0 : w[i];
    }
    for (int from = 0; from < 8; from += 4) {
      int zeros = 0;
      for (int i = from; i < from + 4; i++) {
        zeros += fitted[i] == 0 ? 1 : 0;
      }
      assertEquals(2, zeros);
    }
    assertTrue(error(gram, w, fitted) < error(gram, w, plain));
  }

  private static double error(DMatrixRMaj gram, double[] a, double[] b) {
    double error = 0;
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a.length; j++) {
        error += (a[i] - b[i]) * gram.get(i, j) * (a[j] - b[j]);
      }
    }
    return error;
  }
}
