package dev.coppice.compiler.compress.linalg;

import java.util.Arrays;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.interfaces.linsol.LinearSolverDense;

/**
 * Backward elimination of inputs of a least-squares fit, in blocks (Hassibi, Stork 1992, "Optimal
 * brain surgeon", with blocks as in Frantar, Singh, Alistarh 2022, arXiv 2208.11580): what the
 * squared error grows by when inputs go and the weights of all others make up for them, and those
 * weights. For a Gram matrix H of the inputs and weights W the error grows by {@code tr(W_b^T
 * (H^-1_bb)^-1 W_b)}.
 */
public final class BlockElimination {
  private final DMatrixRMaj inverse;
  private final DMatrixRMaj weights;

  /**
   * Nothing is removed yet.
   *
   * @param gram {@code [inputs, inputs]}, symmetric and not negative
   * @param weights {@code [inputs, outputs]}
   * @param ridge added to the diagonal of the Gram matrix, as a fraction of its mean
   * @throws IllegalArgumentException if the sizes differ
   */
  public BlockElimination(DMatrixRMaj gram, DMatrixRMaj weights, double ridge) {
    if (gram.numRows != weights.numRows || gram.numCols != gram.numRows) {
      throw new IllegalArgumentException(gram.numRows + " inputs, " + weights.numRows + " weights");
    }
    this.weights = weights.copy();
    this.inverse = inverted(gram, ridge);
  }

  private static DMatrixRMaj inverted(DMatrixRMaj gram, double ridge) {
    int n = gram.numRows;
    double mean = CommonOps_DDRM.trace(gram) / n;
    DMatrixRMaj inverse = new DMatrixRMaj(n, n);
    // A ridge that is too small for the rounding of the matrix is enlarged until it is definite.
    for (double r = Math.max(ridge, 1e-12); r < 10; r *= 10) {
      DMatrixRMaj damped = gram.copy();
      for (int i = 0; i < n; i++) {
        damped.add(i, i, mean > 0 ? r * mean : 1);
      }
      LinearSolverDense<DMatrixRMaj> solver = CholeskySolver.make();
      if (solver.setA(damped)) {
        solver.invert(inverse);
        return inverse;
      }
    }
    throw new IllegalArgumentException("the Gram matrix is not positive: its trace is " + mean * n);
  }

  /** By how much the squared error grows when the inputs {@code block} go. */
  public double cost(int... block) {
    DMatrixRMaj own = rows(weights, block);
    DMatrixRMaj solved = new DMatrixRMaj(block.length, weights.numCols);
    CommonOps_DDRM.mult(precision(block), own, solved);
    double cost = 0;
    for (int i = 0; i < own.data.length; i++) {
      cost += own.data[i] * solved.data[i];
    }
    return Math.max(0, cost);
  }

  /** Removes the inputs {@code block}: their weights become zero, the others make up for them. */
  public void remove(int... block) {
    DMatrixRMaj columns = rows(inverse, block);
    DMatrixRMaj gain = new DMatrixRMaj(inverse.numRows, block.length);
    CommonOps_DDRM.multTransA(columns, precision(block), gain);
    CommonOps_DDRM.multAdd(-1, gain, rows(weights, block), weights);
    CommonOps_DDRM.multAdd(-1, gain, columns, inverse);
    for (int b : block) {
      for (int o = 0; o < weights.numCols; o++) {
        weights.set(b, o, 0);
      }
      for (int i = 0; i < inverse.numRows; i++) {
        inverse.set(b, i, 0);
        inverse.set(i, b, 0);
      }
    }
  }

  /** The weights of what is left: {@code [inputs, outputs]}, zero for what was removed. */
  public DMatrixRMaj weights() {
    return weights.copy();
  }

  /** The inverse of the block of the inverse Gram matrix. */
  private DMatrixRMaj precision(int[] block) {
    DMatrixRMaj own = new DMatrixRMaj(block.length, block.length);
    for (int i = 0; i < block.length; i++) {
      for (int j = 0; j < block.length; j++) {
        own.set(i, j, inverse.get(block[i], block[j]));
      }
    }
    DMatrixRMaj precision = new DMatrixRMaj(block.length, block.length);
    boolean gone = Arrays.stream(block).anyMatch(b -> inverse.get(b, b) == 0);
    if (gone || !CommonOps_DDRM.invert(own, precision)) {
      throw new IllegalArgumentException("inputs " + Arrays.toString(block) + " are gone");
    }
    return precision;
  }

  private static DMatrixRMaj rows(DMatrixRMaj of, int[] rows) {
    DMatrixRMaj some = new DMatrixRMaj(rows.length, of.numCols);
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(of.data, rows[i] * of.numCols, some.data, i * of.numCols, of.numCols);
    }
    return some;
  }
}
