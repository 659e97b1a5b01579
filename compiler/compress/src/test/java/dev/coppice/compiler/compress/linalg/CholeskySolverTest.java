package dev.coppice.compiler.compress.linalg;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;

class CholeskySolverTest {
  @Test
  void largeSystemsAreSolvedAsSmallOnesAre() {
    for (int n : new int[] {3, 1100}) {
      DMatrixRMaj a = new DMatrixRMaj(n, n);
      DMatrixRMaj b = new DMatrixRMaj(n, 1);
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          a.set(i, j, i == j ? 2 : 1.0 / (n + Math.abs(i - j)));
        }
        b.set(i, 0, Math.sin(i));
      }
      DMatrixRMaj x = SemidefiniteSystem.solve(a.copy(), b.copy());
      for (int i = 0; i < n; i++) {
        double sum = 0;
        for (int j = 0; j < n; j++) {
          sum += a.get(i, j) * x.get(j, 0);
        }
        assertEquals(b.get(i, 0), sum, 1e-10);
      }
    }
  }
}
