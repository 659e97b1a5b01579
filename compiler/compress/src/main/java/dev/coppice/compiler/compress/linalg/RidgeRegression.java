package dev.coppice.compiler.compress.linalg;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/**
 * Linear least squares with a ridge: the W and b that minimise {@code |Y - X W^T - b|^2 + r |W -
 * W0|^2} with {@code r = lambda * mean diagonal of X^T X} (Hoerl and Kennard 1970). The prior W0 is
 * where W stays as far as the samples say nothing: zero, or the weights before pruning.
 *
 * <p>Where the samples and the ridge leave W open, it is nearest to the prior ({@link
 * SemidefiniteSystem}).
 *
 * @param lambda the ridge as a fraction of the mean diagonal, not negative
 * @param intercept whether b is fitted; without it b is zero
 */
public record RidgeRegression(double lambda, boolean intercept) {
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
    DMatrixRMaj change = SemidefiniteSystem.solve(gram, right);
    DMatrixRMaj weights = new DMatrixRMaj(m, n);
    CommonOps_DDRM.transpose(change, weights);
    CommonOps_DDRM.addEquals(weights, prior);
    double[] bias = intercept ? samples.bias(weights) : new double[m];
    return new Fit(weights, bias, samples.squaredError(weights, bias));
  }
}
