package dev.coppice.compiler.compress.linalg;

import java.util.List;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.LinearSolverFactory_DDRM;
import org.ejml.interfaces.linsol.LinearSolverDense;

/**
 * Ridge regression with more inputs than samples, in its dual form (Saunders, Gammerman, Vovk
 * 1998): the fit nearest to a prior, {@code W = W0 + (Y - X W0^T)^T (X X^T + r I)^-1 X} with both
 * less their means and {@code r = lambda * trace(X X^T) / inputs}, which is the ridge of {@link
 * RidgeRegression}.
 */
public final class WideRegression {
  private WideRegression() {}

  /**
   * The fit.
   *
   * @param xs samples of {@code inputs} elements
   * @param ys their targets, {@code outputs} elements each
   * @param prior W0: {@code [outputs, inputs]}
   * @param lambda the ridge as a fraction of the mean diagonal of {@code X^T X}, positive
   */
  public static RidgeRegression.Fit fit(
      List<float[]> xs, List<float[]> ys, DMatrixRMaj prior, double lambda) {
    int n = xs.size();
    int outputs = prior.numRows;
    DMatrixRMaj x = centred(xs);
    DMatrixRMaj residual = centred(ys);
    CommonOps_DDRM.multAddTransB(-1, x, prior, residual);
    DMatrixRMaj gram = products(x);
    double ridge = Math.max(lambda * CommonOps_DDRM.trace(gram) / x.numCols, Double.MIN_NORMAL);
    DMatrixRMaj damped = gram.copy();
    for (int i = 0; i < n; i++) {
      damped.add(i, i, ridge);
    }
    LinearSolverDense<DMatrixRMaj> solver = LinearSolverFactory_DDRM.chol(n);
    if (!solver.setA(damped)) {
      throw new IllegalArgumentException("a ridge of " + ridge + " is too small");
    }
    DMatrixRMaj dual = new DMatrixRMaj(n, outputs);
    solver.solve(residual, dual);
    DMatrixRMaj weights = prior.copy();
    CommonOps_DDRM.multAddTransA(dual, x, weights);
    CommonOps_DDRM.multAdd(-1, gram, dual, residual);
    return new RidgeRegression.Fit(weights, bias(xs, ys, weights), squares(residual));
  }

  private static double squares(DMatrixRMaj m) {
    double sum = 0;
    for (double v : m.data) {
      sum += v * v;
    }
    return sum;
  }

  private static DMatrixRMaj centred(List<float[]> rows) {
    int width = rows.get(0).length;
    double[] means = means(rows);
    DMatrixRMaj centred = new DMatrixRMaj(rows.size(), width);
    for (int r = 0; r < rows.size(); r++) {
      for (int i = 0; i < width; i++) {
        centred.data[r * width + i] = rows.get(r)[i] - means[i];
      }
    }
    return centred;
  }

  private static double[] means(List<float[]> rows) {
    double[] means = new double[rows.get(0).length];
    for (float[] row : rows) {
      for (int i = 0; i < means.length; i++) {
        means[i] += (double) row[i] / rows.size();
      }
    }
    return means;
  }

  /** {@code X X^T}. */
  private static DMatrixRMaj products(DMatrixRMaj x) {
    DMatrixRMaj gram = new DMatrixRMaj(x.numRows, x.numRows);
    CommonOps_DDRM.multTransB(x, x, gram);
    return gram;
  }

  private static double[] bias(List<float[]> xs, List<float[]> ys, DMatrixRMaj weights) {
    double[] x = means(xs);
    double[] bias = means(ys);
    for (int o = 0; o < bias.length; o++) {
      for (int i = 0; i < x.length; i++) {
        bias[o] -= weights.data[o * x.length + i] * x[i];
      }
    }
    return bias;
  }
}
