package dev.coppice.compiler.compress.linalg;

import java.util.Arrays;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.CholeskyDecomposition_F64;
import org.ejml.interfaces.linsol.LinearSolverDense;

/**
 * Removal of single weights whose loss the weights behind them make up for (Hassibi, Stork 1992,
 * "Optimal brain surgeon"; column by column for all outputs at once as in Frantar, Alistarh 2023,
 * "SparseGPT", arXiv 2301.00774). With the factor U of the inverse Gram matrix, {@code H^-1 = U^T
 * U}, the squared error grows by {@code w_j^2 / U_jj^2} when {@code w_j} goes and those behind it
 * change by {@code -w_j / U_jj * U_j}.
 */
public final class BrainSurgeon {
  private final double[] factor;
  private final int inputs;

  /**
   * A surgeon for inputs of this Gram matrix.
   *
   * @param gram {@code [inputs, inputs]}; overwritten
   * @param ridge added to its diagonal, as a fraction of its mean; it is enlarged until the matrix
   *     can be inverted
   */
  public BrainSurgeon(DMatrixRMaj gram, double ridge) {
    this.inputs = gram.numRows;
    this.factor = factor(gram, ridge);
  }

  private static double[] factor(DMatrixRMaj gram, double ridge) {
    int n = gram.numRows;
    double mean = Math.max(CommonOps_DDRM.trace(gram) / n, Double.MIN_NORMAL);
    for (double r = Math.max(ridge, 1e-10); r < 10; r *= 10) {
      DMatrixRMaj damped = gram.copy();
      for (int i = 0; i < n; i++) {
        damped.add(i, i, r * mean);
      }
      LinearSolverDense<DMatrixRMaj> solver = CholeskySolver.make();
      DMatrixRMaj inverse = new DMatrixRMaj(n, n);
      if (solver.setA(damped)) {
        solver.invert(inverse);
        CholeskyDecomposition_F64<DMatrixRMaj> upper = DecompositionFactory_DDRM.chol(n, false);
        if (upper.decompose(inverse)) {
          return upper.getT(null).data;
        }
      }
    }
    throw new IllegalArgumentException("the Gram matrix is not positive: its trace is " + mean * n);
  }

  /** Inputs. */
  public int inputs() {
    return inputs;
  }

  /**
   * Removes the weights of {@code row} whose loss costs less than {@code threshold}, in place.
   *
   * @return how many are zero then
   */
  public int prune(double[] row, double threshold) {
    int zeros = 0;
    for (int j = 0; j < inputs; j++) {
      double own = factor[j * inputs + j];
      if (row[j] * row[j] < threshold * own * own || row[j] == 0) {
        remove(row, j);
        zeros++;
      }
    }
    return zeros;
  }

  /** Keeps, of each {@code m} inputs in turn, the {@code n} whose loss would cost most. */
  public void prunePattern(double[] row, int n, int m) {
    for (int from = 0; from < inputs; from += m) {
      int to = Math.min(inputs, from + m);
      double[] costs = new double[to - from];
      for (int j = from; j < to; j++) {
        double ratio = row[j] / factor[j * inputs + j];
        costs[j - from] = ratio * ratio;
      }
      double[] sorted = costs.clone();
      Arrays.sort(sorted);
      int excess = Math.max(0, to - from - n);
      boolean[] goes = new boolean[to - from];
      for (int k = 0; k < excess; k++) {
        for (int j = 0; j < goes.length; j++) {
          if (!goes[j] && costs[j] == sorted[k]) {
            goes[j] = true;
            break;
          }
        }
      }
      for (int j = from; j < to; j++) {
        if (goes[j - from]) {
          remove(row, j);
        }
      }
    }
  }

  private void remove(double[] row, int j) {
    int at = j * inputs;
    double error = row[j] / factor[at + j];
    row[j] = 0;
    if (error != 0) {
      for (int k = j + 1; k < inputs; k++) {
        row[k] -= error * factor[at + k];
      }
    }
  }
}
