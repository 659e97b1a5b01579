package dev.coppice.compiler.compress.linalg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.MatrixFeatures_DDRM;
import org.ejml.dense.row.NormOps_DDRM;
import org.ejml.dense.row.RandomMatrices_DDRM;
import org.junit.jupiter.api.Test;

class SvdTest {
  @Test
  void factorsMultiplyBackInEveryShape() {
    int[][] shapes = {{1, 1}, {1, 9}, {9, 1}, {5, 5}, {6, 5}, {5, 6}, {40, 7}, {7, 40}};
    for (int[] shape : shapes) {
      DMatrixRMaj a = RandomMatrices_DDRM.rectangle(shape[0], shape[1], new Random(3));
      Svd svd = Svd.of(a);
      int k = Math.min(shape[0], shape[1]);
      assertEquals(k, svd.values().length);
      assertTrue(MatrixFeatures_DDRM.isOrthogonal(svd.u(), 1e-13));
      assertTrue(MatrixFeatures_DDRM.isOrthogonal(svd.v(), 1e-13));
      for (int i = 1; i < k; i++) {
        assertTrue(svd.values()[i] <= svd.values()[i - 1] && svd.values()[i] >= 0);
      }
      assertTrue(distance(a, svd) < 1e-13 * NormOps_DDRM.normF(a) * k);
    }
  }

  @Test
  void smallSingularValuesKeepTheirDigits() {
    Random random = new Random(4);
    double[] planted = {1, 1e-3, 1e-6, 1e-9, 1e-12};
    DMatrixRMaj u = RandomMatrices_DDRM.orthogonal(60, 5, random);
    DMatrixRMaj v = RandomMatrices_DDRM.orthogonal(5, 5, random);
    CommonOps_DDRM.multCols(u, planted);
    DMatrixRMaj a = new DMatrixRMaj(60, 5);
    CommonOps_DDRM.multTransB(u, v, a);
    assertArrayEquals(planted, Svd.of(a).values(), 1e-15);
  }

  @Test
  void columnsOfZerosAndCopiesAreDecomposed() {
    for (int zero = 0; zero < 4; zero++) {
      DMatrixRMaj a = RandomMatrices_DDRM.rectangle(20, 4, new Random(6));
      for (int i = 0; i < 20; i++) {
        a.set(i, zero, 0);
        a.set(i, (zero + 1) % 4, a.get(i, (zero + 2) % 4));
      }
      Svd svd = Svd.of(a);
      assertTrue(distance(a, svd) < 1e-14 * NormOps_DDRM.normF(a));
      assertTrue(MatrixFeatures_DDRM.isOrthogonal(svd.u(), 1e-13));
      assertTrue(MatrixFeatures_DDRM.isOrthogonal(svd.v(), 1e-13));
      assertArrayEquals(new double[2], Arrays.copyOfRange(svd.values(), 2, 4), 1e-14);
    }
  }

  @Test
  void aMatrixOfZerosHasNoSingularValueAboveZero() {
    assertArrayEquals(new double[3], Svd.of(new DMatrixRMaj(3, 8)).values());
    assertArrayEquals(new double[3], Svd.of(new DMatrixRMaj(3, 3)).values());
  }

  @Test
  void refusesWhatIsEmptyOrNotFinite() {
    DMatrixRMaj a = new DMatrixRMaj(2, 3);
    a.set(1, 2, Double.NaN);
    assertEquals(
        "element (1, 2) is NaN",
        assertThrows(IllegalArgumentException.class, () -> Svd.of(a)).getMessage());
    assertEquals(
        "a matrix 0 x 3",
        assertThrows(IllegalArgumentException.class, () -> Svd.of(new DMatrixRMaj(0, 3)))
            .getMessage());
  }

  private static double distance(DMatrixRMaj a, Svd svd) {
    DMatrixRMaj us = svd.u().copy();
    CommonOps_DDRM.multCols(us, svd.values());
    DMatrixRMaj product = new DMatrixRMaj(a.numRows, a.numCols);
    CommonOps_DDRM.multTransB(us, svd.v(), product);
    CommonOps_DDRM.subtractEquals(product, a);
    return NormOps_DDRM.normF(product);
  }
}
