package dev.coppice.compiler.compress.linalg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.MatrixFeatures_DDRM;
import org.ejml.dense.row.RandomMatrices_DDRM;
import org.junit.jupiter.api.Test;

class GramTest {
  @Test
  void equalsTheProductForAnyNumberOfRows() {
    Random random = new Random(1);
    for (int rows = 1; rows <= 9; rows++) {
      DMatrixRMaj x = RandomMatrices_DDRM.rectangle(rows, 7, random);
      DMatrixRMaj product = new DMatrixRMaj(7, 7);
      CommonOps_DDRM.multTransA(x, x, product);
      assertTrue(MatrixFeatures_DDRM.isIdentical(product, Gram.ofColumns(x), 1e-14));
      DMatrixRMaj outer = new DMatrixRMaj(rows, rows);
      CommonOps_DDRM.multTransB(x, x, outer);
      assertTrue(MatrixFeatures_DDRM.isIdentical(outer, Gram.ofRows(x), 1e-14));
    }
  }

  @Test
  void addsCrossProductsToWhatIsThere() {
    Random random = new Random(2);
    DMatrixRMaj x = RandomMatrices_DDRM.rectangle(6, 3, random);
    DMatrixRMaj y = RandomMatrices_DDRM.rectangle(6, 5, random);
    DMatrixRMaj sum = RandomMatrices_DDRM.rectangle(3, 5, random);
    DMatrixRMaj expected = sum.copy();
    CommonOps_DDRM.multAddTransA(x, y, expected);
    Gram.addCross(sum, x.data, y.data, 6);
    assertTrue(MatrixFeatures_DDRM.isIdentical(expected, sum, 1e-14));
  }

  @Test
  void addingLeavesTheLowerTriangleToMirror() {
    DMatrixRMaj sum = new DMatrixRMaj(2, 2);
    Gram.addUpper(sum, new double[] {1, 2, 3, 4}, 2);
    assertArrayEquals(new double[] {10, 14, 0, 20}, sum.data);
    Gram.mirror(sum);
    assertArrayEquals(new double[] {10, 14, 14, 20}, sum.data);
  }
}
