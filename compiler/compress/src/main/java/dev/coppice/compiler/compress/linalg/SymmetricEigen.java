package dev.coppice.compiler.compress.linalg;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/**
 * The eigenvalues of a symmetric matrix {@code [n, n]}, largest first, and their eigenvectors.
 *
 * @param values {@code n} eigenvalues, not increasing
 * @param vectors {@code [n, n]}, orthonormal columns in the order of the values
 */
public record SymmetricEigen(double[] values, DMatrixRMaj vectors) {
  private static final int SETS = 64;

  /**
   * Decomposes {@code a}, which is symmetric and not changed.
   *
   * @throws IllegalArgumentException if {@code a} has no element or one that is not finite
   */
  public static SymmetricEigen of(DMatrixRMaj a) {
    EigenDecomposition_F64<DMatrixRMaj> eigen = decompose(a, true);
    int n = a.numCols;
    int[] order =
        IntStream.range(0, eigen.getNumberOfEigenvalues())
            .boxed()
            .sorted(
                (i, j) -> Double.compare(eigen.getEigenvalue(j).real, eigen.getEigenvalue(i).real))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] values = new double[n];
    DMatrixRMaj vectors = new DMatrixRMaj(n, n);
    for (int j = 0; j < n; j++) {
      values[j] = eigen.getEigenvalue(order[j]).real;
      double[] vector = eigen.getEigenVector(order[j]).data;
      for (int i = 0; i < n; i++) {
        vectors.data[i * n + j] = vector[i];
      }
    }
    return new SymmetricEigen(values, vectors);
  }

  /** The eigenvalues alone of the symmetric {@code a}, not increasing. */
  public static double[] values(DMatrixRMaj a) {
    EigenDecomposition_F64<DMatrixRMaj> eigen = decompose(a, false);
    int n = a.numCols;
    double[] ascending = new double[eigen.getNumberOfEigenvalues()];
    for (int i = 0; i < ascending.length; i++) {
      ascending[i] = eigen.getEigenvalue(i).real;
    }
    Arrays.sort(ascending);
    double[] values = new double[n];
    for (int i = 0; i < n; i++) {
      values[i] = ascending[ascending.length - 1 - i];
    }
    return values;
  }

  /** The eigenvectors of the {@code k} largest eigenvalues: {@code [n, k]}. */
  public DMatrixRMaj leading(int k) {
    int n = vectors.numRows;
    DMatrixRMaj leading = new DMatrixRMaj(n, k);
    for (int i = 0; i < n; i++) {
      System.arraycopy(vectors.data, i * n, leading.data, i * k, k);
    }
    return leading;
  }

  /**
   * Decomposes {@code a} with one more row and column, whose eigenvalue is below all others: rows
   * of a multiple of {@link #SETS} elements, as most layers have, put a column into few sets of the
   * cache.
   */
  private static EigenDecomposition_F64<DMatrixRMaj> decompose(DMatrixRMaj a, boolean vectors) {
    int n = a.numCols;
    if (a.numRows != n) {
      throw new IllegalArgumentException("a matrix " + a.numRows + " x " + n);
    }
    Svd.requireFinite(a);
    DMatrixRMaj padded = a.copy();
    if (n % SETS == 0) {
      padded = new DMatrixRMaj(n + 1, n + 1);
      CommonOps_DDRM.insert(a, padded, 0, 0);
      padded.set(n, n, -2 * CommonOps_DDRM.elementMaxAbs(a) * n - 1);
    }
    EigenDecomposition_F64<DMatrixRMaj> eigen =
        DecompositionFactory_DDRM.eig(padded.numCols, vectors, true);
    Svd.require(eigen.decompose(padded), "eigendecomposition");
    return eigen;
  }
}
