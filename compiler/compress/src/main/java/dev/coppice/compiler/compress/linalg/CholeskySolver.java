package dev.coppice.compiler.compress.linalg;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.decomposition.chol.CholeskyDecompositionInner_DDRM;
import org.ejml.dense.row.linsol.chol.LinearSolverChol_DDRM;
import org.ejml.interfaces.linsol.LinearSolverDense;

/**
 * Solvers by Cholesky whose factor can be read. EJML's factory gives another kind for matrices of
 * 1000 rows and more, whose factor is of a type of its own.
 */
public final class CholeskySolver {
  private CholeskySolver() {}

  /** A solver for symmetric, positive definite matrices; its factor is lower triangular. */
  public static LinearSolverDense<DMatrixRMaj> make() {
    return new LinearSolverChol_DDRM(new CholeskyDecompositionInner_DDRM(true));
  }
}
