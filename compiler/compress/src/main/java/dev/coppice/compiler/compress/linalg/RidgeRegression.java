package dev.coppice.compiler.compress.linalg;

import java.util.Optional;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.LinearSolverFactory_DDRM;
import org.ejml.interfaces.decomposition.CholeskyDecomposition_F64;
import org.ejml.interfaces.linsol.LinearSolverDense;

/**
 * Linear least squares with a ridge: the W and b that minimise {@code |Y - X W^T - b|^2 + r |W -
 * W0|^2} with {@code r = lambda * mean diagonal of X^T X} (Hoerl and Kennard 1970). The prior W0 is
 * where W stays as far as the samples say nothing: zero, or the weights before pruning.
 *
 * <p>The matrix is scaled to a unit diagonal and decomposed by Cholesky; where it is not of full
 * rank, the solution is that of the pseudo-inverse, nearest to the prior.
 *
 * @param lambda the ridge as a fraction of the mean diagonal, not negative
 * @param intercept whether b is fitted; without it b is zero
 */
public record RidgeRegression(double lambda, boolean intercept) {
  /** What of a Gram matrix of unit diagonal is rounding, per row. */
  private static final double SMALL = 8 * Math.ulp(1.0);

  /** Throws {@link IllegalArgumentException} unless {@code 0 <= lambda < infinity}. */
  public RidgeRegression {
    if (!(lambda >= 0 && lambda < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("ridge " + lambda);
    }
  }

  /**
   * What was fitted.
   *
   * @param weights W: {@code [outputs, inputs]}
   * @param bias b: {@code [outputs]}
   * @param squaredError the sum of squares of {@code Y - X W^T - b}
   */
  public record Fit(DMatrixRMaj weights, double[] bias, double squaredError) {}

  /** The fit whose prior is zero. */
  public Fit fit(NormalEquations samples) {
    return fit(samples, new DMatrixRMaj(samples.outputs(), samples.inputs()));
  }

  /**
   * The fit with the prior W0.
   *
   * @param prior {@code [outputs, inputs]}
   */
  public Fit fit(NormalEquations samples, DMatrixRMaj prior) {
    int n = samples.inputs();
    int m = samples.outputs();
    if (prior.numRows != m || prior.numCols != n) {
      throw new IllegalArgumentException(
          "prior " + prior.numRows + " x " + prior.numCols + " for " + m + " x " + n);
    }
    DMatrixRMaj gram = samples.gram(intercept);
    // Solved for the change W - W0: (G + r I) change = X^T Y - G W0^T.
    DMatrixRMaj right = new DMatrixRMaj(n, m);
    CommonOps_DDRM.multTransB(gram, prior, right);
    CommonOps_DDRM.subtract(samples.cross(intercept), right, right);
    double ridge = lambda * CommonOps_DDRM.trace(gram) / n;
    for (int i = 0; i < n; i++) {
      gram.add(i, i, ridge);
    }
    DMatrixRMaj change = solve(gram, right);
    DMatrixRMaj weights = new DMatrixRMaj(m, n);
    CommonOps_DDRM.transpose(change, weights);
    CommonOps_DDRM.addEquals(weights, prior);
    double[] bias = intercept ? samples.bias(weights) : new double[m];
    return new Fit(weights, bias, samples.squaredError(weights, bias));
  }

  /** X of {@code A X = B} for a positive semidefinite A; overwrites both. */
  private static DMatrixRMaj solve(DMatrixRMaj a, DMatrixRMaj b) {
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
    LinearSolverDense<DMatrixRMaj> solver = LinearSolverFactory_DDRM.chol(n);
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
