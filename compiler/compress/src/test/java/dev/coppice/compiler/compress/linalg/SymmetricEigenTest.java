package dev.coppice.compiler.compress.linalg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.MatrixFeatures_DDRM;
import org.ejml.dense.row.RandomMatrices_DDRM;
import org.junit.jupiter.api.Test;

class SymmetricEigenTest {
  @Test
  void plantedEigenvaluesComeLargestFirst() {
    double[] planted = {-3, 7, 0, 2, 7, -0.5};
    DMatrixRMaj q = RandomMatrices_DDRM.orthogonal(6, 6, new Random(5));
    DMatrixRMaj scaled = q.copy();
    CommonOps_DDRM.multCols(scaled, planted);
    DMatrixRMaj a = new DMatrixRMaj(6, 6);
    CommonOps_DDRM.multTransB(scaled, q, a);
    SymmetricEigen eigen = SymmetricEigen.of(a);
    double[] sorted = {7, 7, 2, 0, -0.5, -3};
    assertArrayEquals(sorted, eigen.values(), 1e-13);
    assertArrayEquals(sorted, SymmetricEigen.values(a), 1e-13);
    assertTrue(MatrixFeatures_DDRM.isOrthogonal(eigen.vectors(), 1e-13));
    DMatrixRMaj av = new DMatrixRMaj(6, 3);
    CommonOps_DDRM.mult(a, eigen.leading(3), av);
    DMatrixRMaj lambdaV = eigen.leading(3);
    CommonOps_DDRM.multCols(lambdaV, sorted);
    assertTrue(MatrixFeatures_DDRM.isIdentical(lambdaV, av, 1e-12));
  }

  @Test
  void sizesThatFitTheCacheBadlyGiveTheSameEigenvalues() {
    for (int n : new int[] {63, 64, 65, 128}) {
      double[] planted = new double[n];
      for (int i = 0; i < n; i++) {
        planted[i] = n / 2 - i;
      }
      DMatrixRMaj q = RandomMatrices_DDRM.orthogonal(n, n, new Random(n));
      DMatrixRMaj scaled = q.copy();
      CommonOps_DDRM.multCols(scaled, planted);
      DMatrixRMaj a = new DMatrixRMaj(n, n);
      CommonOps_DDRM.multTransB(scaled, q, a);
      SymmetricEigen eigen = SymmetricEigen.of(a);
      assertArrayEquals(planted, eigen.values(), 1e-11);
      assertArrayEquals(planted, SymmetricEigen.values(a), 1e-11);
      assertTrue(MatrixFeatures_DDRM.isOrthogonal(eigen.vectors(), 1e-12));
      DMatrixRMaj av = new DMatrixRMaj(n, n);
      CommonOps_DDRM.mult(a, eigen.vectors(), av);
      DMatrixRMaj lambdaV = eigen.vectors().copy();
      CommonOps_DDRM.multCols(lambdaV, planted);
      assertTrue(MatrixFeatures_DDRM.isIdentical(lambdaV, av, 1e-10));
    }
  }

  @Test
  void refusesAMatrixThatIsNotSquare() {
    assertEquals(
        "a matrix 2 x 3",
        assertThrows(IllegalArgumentException.class, () -> SymmetricEigen.of(new DMatrixRMaj(2, 3)))
            .getMessage());
  }
}
