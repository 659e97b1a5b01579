package dev.coppice.compiler.compress.linalg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.MatrixFeatures_DDRM;
import org.ejml.dense.row.RandomMatrices_DDRM;
import org.junit.jupiter.api.Test;

class SemidefiniteSystemTest {
  private final Random random = new Random(1);

  @Test
  void solvesDefiniteSystems() {
    DMatrixRMaj a = Gram.ofColumns(RandomMatrices_DDRM.rectangle(20, 6, -1, 1, random));
    DMatrixRMaj x = RandomMatrices_DDRM.rectangle(6, 3, -1, 1, random);
    DMatrixRMaj b = new DMatrixRMaj(6, 3);
    CommonOps_DDRM.mult(a, x, b);
    assertTrue(MatrixFeatures_DDRM.isIdentical(x, SemidefiniteSystem.solve(a, b), 1e-12));
  }

  @Test
  void singularSystemsAreSolvedAsFarAsTheyCanBe() {
    DMatrixRMaj rows = RandomMatrices_DDRM.rectangle(3, 8, -1, 1, random);
    DMatrixRMaj a = Gram.ofColumns(rows);
    DMatrixRMaj b = new DMatrixRMaj(8, 2);
    CommonOps_DDRM.mult(a, RandomMatrices_DDRM.rectangle(8, 2, -1, 1, random), b);
    DMatrixRMaj x = SemidefiniteSystem.solve(a.copy(), b.copy());
    DMatrixRMaj ax = new DMatrixRMaj(8, 2);
    CommonOps_DDRM.mult(a, x, ax);
    assertTrue(MatrixFeatures_DDRM.isIdentical(b, ax, 1e-12));
    assertTrue(CommonOps_DDRM.elementMaxAbs(x) < 100);
  }

  @Test
  void rowsOfZerosHaveTheSolutionZero() {
    DMatrixRMaj a = new DMatrixRMaj(new double[][] {{0, 0, 0}, {0, 4, 1e-3}, {0, 1e-3, 1e-6}});
    DMatrixRMaj b = new DMatrixRMaj(new double[][] {{0}, {4}, {1e-3}});
    assertArrayEquals(new double[] {0, 1, 0}, SemidefiniteSystem.solve(a, b).data, 1e-9);
  }
}
