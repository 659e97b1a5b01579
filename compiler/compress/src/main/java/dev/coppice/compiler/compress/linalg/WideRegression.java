package dev.coppice.compiler.compress.linalg;

import java.util.List;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.interfaces.linsol.LinearSolverDense;

/**
 * Ridge regression with more inputs than samples, in its dual form (Saunders, Gammerman, Vovk
 * 1998): the fit nearest to a prior, {@code W = W0 + (Y - X W0^T)^T (X X^T + r I)^-1 X} with both
 * less their means and {@code r = lambda * trace(X X^T) / inputs}, which is the ridge of {@link
 * RidgeRegression}. The products of the samples are computed once for all ridges.
 */
public final class WideRegression {
  /** Rows that are multiplied with one other row at a time. */
  private static final int ROWS = 8;

  private final List<float[]> xs;
  private final List<float[]> ys;
  private final DMatrixRMaj prior;
  private final DMatrixRMaj x;
  private final DMatrixRMaj residual;
  private final DMatrixRMaj gram;

  /**
   * A problem.
   *
   * @param xs samples of {@code inputs} elements, at least one
   * @param ys their targets, {@code outputs} elements each
   * @param prior W0: {@code [outputs, inputs]}
   */
  public WideRegression(List<float[]> xs, List<float[]> ys, DMatrixRMaj prior) {
    this.xs = xs;
    this.ys = ys;
    this.prior = prior;
    this.x = centred(xs);
    this.residual = centred(ys);
    CommonOps_DDRM.multAddTransB(-1, x, prior, residual);
    this.gram = products(x);
  }

  /**
   * The fit.
   *
   * @param lambda the ridge as a fraction of the mean diagonal of {@code X^T X}, positive
   */
  public RidgeRegression.Fit fit(double lambda) {
    DMatrixRMaj dual = dual(gram, residual, lambda);
    DMatrixRMaj weights = prior.copy();
    CommonOps_DDRM.multAddTransA(dual, x, weights);
    DMatrixRMaj error = residual.copy();
    CommonOps_DDRM.multAdd(-1, gram, dual, error);
    return new RidgeRegression.Fit(weights, bias(weights), squares(error));
  }

  /** The squared error on the samples after the first {@code n} of a fit to the first. */
  public double heldOutError(int n, double lambda) {
    int all = gram.numRows;
    DMatrixRMaj first = CommonOps_DDRM.extract(gram, 0, n, 0, n);
    DMatrixRMaj dual =
        dual(first, CommonOps_DDRM.extract(residual, 0, n, 0, residual.numCols), lambda);
    DMatrixRMaj error = CommonOps_DDRM.extract(residual, n, all, 0, residual.numCols);
    CommonOps_DDRM.multAdd(-1, CommonOps_DDRM.extract(gram, n, all, 0, n), dual, error);
    return squares(error);
  }

  private DMatrixRMaj dual(DMatrixRMaj products, DMatrixRMaj targets, double lambda) {
    int n = products.numRows;
    double ridge = Math.max(lambda * CommonOps_DDRM.trace(products) / x.numCols, Double.MIN_NORMAL);
    DMatrixRMaj damped = products.copy();
    for (int i = 0; i < n; i++) {
      damped.add(i, i, ridge);
    }
    LinearSolverDense<DMatrixRMaj> solver = CholeskySolver.make();
    if (!solver.setA(damped)) {
      throw new IllegalArgumentException("a ridge of " + lambda + " is too small");
    }
    DMatrixRMaj dual = new DMatrixRMaj(n, targets.numCols);
    solver.solve(targets, dual);
    return dual;
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

  /** {@code X X^T}, of which one triangle is computed. */
  private static DMatrixRMaj products(DMatrixRMaj x) {
    int n = x.numRows;
    DMatrixRMaj gram = new DMatrixRMaj(n, n);
    for (int from = 0; from < n; from += ROWS) {
      int rows = Math.min(ROWS, n - from);
      for (int j = from; j < n; j++) {
        for (int i = 0; i < rows; i++) {
          double sum = dot(x.data, (from + i) * x.numCols, j * x.numCols, x.numCols);
          gram.set(from + i, j, sum);
          gram.set(j, from + i, sum);
        }
      }
    }
    return gram;
  }

  private static double dot(double[] x, int a, int b, int n) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = 0;
    for (; i + 3 < n; i += 4) {
      s0 += x[a + i] * x[b + i];
      s1 += x[a + i + 1] * x[b + i + 1];
      s2 += x[a + i + 2] * x[b + i + 2];
      s3 += x[a + i + 3] * x[b + i + 3];
    }
    for (; i < n; i++) {
      s0 += x[a + i] * x[b + i];
    }
    return s0 + s1 + s2 + s3;
  }

  private double[] bias(DMatrixRMaj weights) {
    double[] means = means(xs);
    double[] bias = means(ys);
    for (int o = 0; o < bias.length; o++) {
      for (int i = 0; i < means.length; i++) {
        bias[o] -= weights.data[o * means.length + i] * means[i];
      }
    }
    return bias;
  }
}
