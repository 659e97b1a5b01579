package dev.coppice.compiler.compress.linalg;

import java.util.Arrays;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.SingularOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.QRDecomposition;
import org.ejml.interfaces.decomposition.SingularValueDecomposition_F64;

/**
 * The thin singular value decomposition {@code A = U diag(s) V^T} of a matrix {@code [m, n]} with
 * {@code k = min(m, n)}. A matrix that is much longer in one direction is first reduced by a QR
 * decomposition, which keeps the accuracy of small singular values (Golub and Van Loan, Matrix
 * Computations, 5.4.4).
 *
 * @param u {@code [m, k]}, orthonormal columns
 * @param values {@code k} singular values, not increasing
 * @param v {@code [n, k]}, orthonormal columns
 */
public record Svd(DMatrixRMaj u, double[] values, DMatrixRMaj v) {
  /** From this ratio of the sides on the QR decomposition pays. */
  private static final double SLENDER = 1.5;

  /**
   * Decomposes {@code a}, which is not changed.
   *
   * @throws IllegalArgumentException if {@code a} has no element or one that is not finite
   */
  public static Svd of(DMatrixRMaj a) {
    requireFinite(a);
    if (a.numRows < a.numCols) {
      DMatrixRMaj transposed = new DMatrixRMaj(a.numCols, a.numRows);
      Svd svd = tall(CommonOps_DDRM.transpose(a, transposed));
      return new Svd(svd.v, svd.values, svd.u);
    }
    return tall(a.copy());
  }

  private static Svd tall(DMatrixRMaj a) {
    if (a.numRows <= SLENDER * a.numCols) {
      return direct(a);
    }
    QRDecomposition<DMatrixRMaj> qr = DecompositionFactory_DDRM.qr(a.numRows, a.numCols);
    // False says that the matrix has not full rank; it is decomposed all the same.
    qr.decompose(a);
    Svd inner = direct(qr.getR(null, true));
    DMatrixRMaj u = new DMatrixRMaj(a.numRows, a.numCols);
    CommonOps_DDRM.mult(qr.getQ(null, true), inner.u, u);
    return new Svd(u, inner.values, inner.v);
  }

  private static Svd direct(DMatrixRMaj a) {
    SingularValueDecomposition_F64<DMatrixRMaj> svd =
        DecompositionFactory_DDRM.svd(a.numRows, a.numCols, true, true, true);
    require(svd.decompose(a), "singular value decomposition");
    DMatrixRMaj u = svd.getU(null, false);
    DMatrixRMaj v = svd.getV(null, false);
    int k = svd.numberOfSingularValues();
    double[] values = Arrays.copyOf(svd.getSingularValues(), k);
    SingularOps_DDRM.descendingOrder(u, false, values, k, v, false);
    return new Svd(u, values, v);
  }

  /** Throws {@link IllegalArgumentException} unless {@code a} has elements, and finite ones. */
  static void requireFinite(DMatrixRMaj a) {
    if (a.getNumElements() == 0) {
      throw new IllegalArgumentException("a matrix " + a.numRows + " x " + a.numCols);
    }
    for (int i = 0; i < a.getNumElements(); i++) {
      if (!Double.isFinite(a.data[i])) {
        throw new IllegalArgumentException(
            "element (" + i / a.numCols + ", " + i % a.numCols + ") is " + a.data[i]);
      }
    }
  }

  /** Iterations over finite matrices end; that they do not is no mistake of the caller. */
  static void require(boolean done, String decomposition) {
    if (!done) {
      throw new IllegalStateException("compiler bug: no " + decomposition);
    }
  }
}
