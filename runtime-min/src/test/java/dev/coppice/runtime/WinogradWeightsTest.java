package dev.coppice.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;

class WinogradWeightsTest {
  private static final double[] POINTS = {0, 1, -1, 2, -2};

  /**
   * A row of G takes a filter to its value at a point, as a polynomial, over the product of the
   * point's distances to the others; the last one to its highest coefficient.
   */
  @Test
  void productsAreValuesOfThePolynomial() {
    for (int outputs : new int[] {2, 4}) {
      int n = outputs + 2;
      int pairs = 3;
      float[] w = new float[9 * pairs];
      Random random = new Random(outputs);
      for (int i = 0; i < w.length; i++) {
        w[i] = random.nextFloat() - 0.5f;
      }
      float[] dst = new float[n * n * pairs + 2];
      WinogradWeights.expand(outputs, w, dst, 1);
      assertEquals(0, dst[0]);
      assertEquals(0, dst[dst.length - 1]);
      for (int pair = 0; pair < pairs; pair++) {
        for (int i = 0; i < n; i++) {
          for (int j = 0; j < n; j++) {
            double sum = 0;
            for (int t = 0; t < 9; t++) {
              sum += w[pair * 9 + t] * factor(n, i, t / 3) * factor(n, j, t % 3);
            }
            // The signs of rows are those that the other two matrices are made for.
            double actual = dst[1 + (i * n + j) * pairs + pair];
            assertEquals(Math.abs(sum), Math.abs(actual), 1e-6, outputs + ": " + i + ", " + j);
          }
        }
      }
    }
  }

  private static double factor(int n, int row, int power) {
    if (row == n - 1) {
      return power == 2 ? 1 : 0;
    }
    double distance = 1;
    for (int k = 0; k < n - 1; k++) {
      distance *= k == row ? 1 : POINTS[row] - POINTS[k];
    }
    return Math.pow(POINTS[row], power) / distance;
  }
}
