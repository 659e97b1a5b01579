package dev.coppice.compiler.compress.linalg;

import java.util.Optional;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.interfaces.decomposition.CholeskyDecomposition_F64;
import org.ejml.interfaces.linsol.LinearSolverDense;

/**
 * Linear systems of a symmetric, positive semidefinite matrix. It is scaled to a unit diagonal and
 * decomposed by Cholesky; where it has not full rank, the solution is that of the scaled matrix's
 * pseudo-inverse.
 */
public final class SemidefiniteSystem {
  /** What of a matrix of unit diagonal is rounding, per row. */
  private static final double SMALL = 8 * Math.ulp(1.0);

  private SemidefiniteSystem() {}

  /**
   * X of {@code A X = B}; overwrites both.
   *
   * @param a {@code [n, n]}, symmetric and positive semidefinite
   * @param b {@code [n, m]}
   */
  public static DMatrixRMaj solve(DMatrixRMaj a, DMatrixRMaj b) {
    double[] scale = new double[a.numRows];
    for (int i = 0; i < scale.length; i++) {
      double diagonal = a.get(i, i);
      scale[i] = diagonal > 0 ? 1 / Math.sqrt(diagonal) : 0;
    }
    CommonOps_DDRM.multRows(scale, a);
    CommonOps_DDRM.multCols(a, scale);
    CommonOps_DDRM.multRows(scale, b);
    for (int i = 0; i < scale.length; i++) {
      // An input that is always zero has a row of zeros; a 1 there keeps the rest definite.
      a.set(i, i, scale[i] == 0 ? 1 : a.get(i, i));
    }
    DMatrixRMaj x = solveDefinite(a, b).orElseGet(() -> solveSemidefinite(a, b));
    CommonOps_DDRM.multRows(scale, x);
    return x;
  }

  /** By Cholesky, or empty if {@code a}, of unit diagonal, has not full rank in double. */
  private static Optional<DMatrixRMaj> solveDefinite(DMatrixRMaj a, DMatrixRMaj b) {
    int n = a.numRows;
    LinearSolverDense<DMatrixRMaj> solver = CholeskySolver.make();
    if (!solver.setA(a.copy())) {
      return Optional.empty();
    }
    CholeskyDecomposition_F64<DMatrixRMaj> cholesky = solver.getDecomposition();
    DMatrixRMaj lower = cholesky.getT(null);
    for (int i = 0; i < n; i++) {
      double pivot = lower.get(i, i);
      if (!(pivot * pivot > SMALL * n)) {
        return Optional.empty();
      }
    }
    DMatrixRMaj x = new DMatrixRMaj(n, b.numCols);
    solver.solve(b, x);
    return Optional.of(x);
  }

  /** By the pseudo-inverse: directions whose eigenvalue is rounding are left out. */
  private static DMatrixRMaj solveSemidefinite(DMatrixRMaj a, DMatrixRMaj b) {
    int n = a.numRows;
    SymmetricEigen eigen = SymmetricEigen.of(a);
    double[] inverse = new double[n];
    for (int i = 0; i < n; i++) {
      double value = eigen.values()[i];
      inverse[i] = value > SMALL * n * eigen.values()[0] ? 1 / value : 0;
    }
    DMatrixRMaj coordinates = new DMatrixRMaj(n, b.numCols);
    CommonOps_DDRM.multTransA(eigen.vectors(), b, coordinates);
    CommonOps_DDRM.multRows(inverse, coordinates);
    DMatrixRMaj x = new DMatrixRMaj(n, b.numCols);
    CommonOps_DDRM.mult(eigen.vectors(), coordinates, x);
    return x;
  }
}
