package dev.coppice.compiler.compress.lowrank;

import dev.coppice.compiler.compress.linalg.CholeskySolver;
import dev.coppice.compiler.compress.linalg.Gram;
import dev.coppice.compiler.compress.linalg.Svd;
import dev.coppice.compiler.compress.linalg.SymmetricEigen;
import java.util.function.UnaryOperator;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.interfaces.decomposition.CholeskyDecomposition_F64;
import org.ejml.interfaces.linsol.LinearSolverDense;
import org.jspecify.annotations.Nullable;

/**
 * The best approximations of a matrix {@code W: [M, N]} by matrices of lower rank: a layer becomes
 * two, {@code N -> K -> M}, with nothing between (Eckart and Young 1936; for layers Denton et al.
 * 2014, arXiv 1404.0736). The square roots of the singular values go to both sides.
 *
 * <p>With the inputs' Gram matrix {@code C = X X^T / n} the outputs are approximated instead of the
 * weights: {@code |(W - W') X|} is least when {@code W' R} is the best approximation of {@code W R}
 * with {@code C = R R^T}.
 *
 * <p>To find a rank takes eigenvalues alone, those of the Gram matrix of the smaller side; the
 * decomposition, many times the work, waits until factors are asked for.
 */
public final class TruncatedSvd {
  /**
   * What a Gram matrix of float64 tells about energies: parts of the whole well above its rounding.
   */
  private static final double TOLD_BY_SQUARES = 1e-10;

  private final DMatrixRMaj matrix;
  private final UnaryOperator<DMatrixRMaj> right;
  private final double[] estimated;
  private @Nullable Decomposition known;

  /**
   * Approximations of {@code matrix}, W or {@code W R}.
   *
   * @param right makes of V what the inputs meet: V, or {@code R^-T V}
   */
  private TruncatedSvd(DMatrixRMaj matrix, UnaryOperator<DMatrixRMaj> right) {
    this.matrix = matrix;
    this.right = right;
    boolean wide = matrix.numRows <= matrix.numCols;
    double[] squares = SymmetricEigen.values(wide ? Gram.ofRows(matrix) : Gram.ofColumns(matrix));
    this.estimated = tails(squares);
  }

  /**
   * What is computed late.
   *
   * @param right {@code [N, min(M, N)]}
   * @param tails energies from each rank on
   */
  @SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
  private record Decomposition(Svd svd, DMatrixRMaj right, double[] tails) {}

  /** Sums from each of {@code squares} on; below zero is rounding. */
  private static double[] tails(double[] squares) {
    double[] tails = new double[squares.length + 1];
    for (int i = squares.length - 1; i >= 0; i--) {
      tails[i] = tails[i + 1] + Math.max(0, squares[i]);
    }
    return tails;
  }

  private Decomposition decomposition() {
    Decomposition made = known;
    if (made == null) {
      Svd svd = Svd.of(matrix);
      double[] squares = svd.values().clone();
      for (int i = 0; i < squares.length; i++) {
        squares[i] *= squares[i];
      }
      made = new Decomposition(svd, right.apply(svd.v()), tails(squares));
      known = made;
    }
    return made;
  }

  /** Approximations nearest to {@code w} in the Frobenius norm. */
  public static TruncatedSvd of(DMatrixRMaj w) {
    return new TruncatedSvd(w.copy(), v -> v);
  }

  /**
   * Approximations whose outputs are nearest to those of {@code w}.
   *
   * @param w {@code [M, N]}
   * @param gram {@code X X^T / n} of inputs: {@code [N, N]}, positive semidefinite
   * @param epsilon added to the diagonal, as a fraction of its mean; positive, so that inputs which
   *     the samples do not show are not forgotten
   * @throws IllegalArgumentException if the matrices do not fit or the sum is not definite
   */
  public static TruncatedSvd of(DMatrixRMaj w, DMatrixRMaj gram, double epsilon) {
    int n = w.numCols;
    if (gram.numRows != n || gram.numCols != n) {
      throw new IllegalArgumentException(
          "Gram matrix " + gram.numRows + " x " + gram.numCols + " for " + n + " inputs");
    }
    double mean = CommonOps_DDRM.trace(gram) / n;
    DMatrixRMaj damped = gram.copy();
    for (int i = 0; i < n; i++) {
      // Inputs that are all zero ask for nothing: then every direction counts the same.
      damped.add(i, i, mean > 0 ? epsilon * mean : 1);
    }
    LinearSolverDense<DMatrixRMaj> solver = CholeskySolver.make();
    if (!(epsilon > 0) || !solver.setA(damped)) {
      throw new IllegalArgumentException("Gram matrix is not definite with epsilon " + epsilon);
    }
    CholeskyDecomposition_F64<DMatrixRMaj> cholesky = solver.getDecomposition();
    DMatrixRMaj lower = cholesky.getT(null);
    DMatrixRMaj wr = new DMatrixRMaj(w.numRows, n);
    CommonOps_DDRM.mult(w, lower, wr);
    return new TruncatedSvd(
        wr,
        v -> {
          // R^-T V = C^-1 R V.
          DMatrixRMaj rv = new DMatrixRMaj(n, v.numCols);
          CommonOps_DDRM.mult(lower, v, rv);
          DMatrixRMaj solved = new DMatrixRMaj(n, v.numCols);
          solver.solve(rv, solved);
          return solved;
        });
  }

  /**
   * Two matrices in place of one.
   *
   * @param first {@code [K, N]}: what the input meets
   * @param second {@code [M, K]}
   */
  public record Factors(DMatrixRMaj first, DMatrixRMaj second) {
    /** {@code second * first: [M, N]}. */
    public DMatrixRMaj product() {
      DMatrixRMaj product = new DMatrixRMaj(second.numRows, first.numCols);
      CommonOps_DDRM.mult(second, first, product);
      return product;
    }
  }

  /** The factors of rank {@code k}, from 1 to {@link #fullRank}. */
  public Factors factors(int k) {
    requireRank(k);
    Svd svd = decomposition().svd();
    DMatrixRMaj inputs = decomposition().right();
    int m = matrix.numRows;
    int n = matrix.numCols;
    DMatrixRMaj first = new DMatrixRMaj(k, n);
    DMatrixRMaj second = new DMatrixRMaj(m, k);
    for (int r = 0; r < k; r++) {
      double root = Math.sqrt(svd.values()[r]);
      for (int j = 0; j < n; j++) {
        first.set(r, j, root * inputs.get(j, r));
      }
      for (int i = 0; i < m; i++) {
        second.set(i, r, root * svd.u().get(i, r));
      }
    }
    return new Factors(first, second);
  }

  /** {@code min(M, N)}. */
  public int fullRank() {
    return Math.min(matrix.numRows, matrix.numCols);
  }

  /** The singular values, not increasing; those of {@code W R} if the inputs are known. */
  public double[] singularValues() {
    return decomposition().svd().values().clone();
  }

  /**
   * The error of rank {@code k}, from 0 on, as a fraction of the norm: {@code sqrt(sum of squares
   * from k on / sum of all)}; 0 for a matrix of zeros.
   */
  public double relativeError(int k) {
    double[] tails = decomposition().tails();
    return tails[0] == 0 ? 0 : Math.sqrt(tails[k] / tails[0]);
  }

  /**
   * The smallest rank, at least 1, that keeps the energy but for the fraction {@code lost}: {@code
   * sum_{i<=K} s_i^2 >= (1 - lost) sum s_i^2}.
   */
  public int rankForEnergy(double lost) {
    if (!(lost >= 0 && lost <= 1)) {
      throw new IllegalArgumentException("lost energy " + lost);
    }
    double[] tails = lost < TOLD_BY_SQUARES ? decomposition().tails() : estimated;
    int k = 1;
    while (k < fullRank() && tails[k] > lost * tails[0]) {
      k++;
    }
    return k;
  }

  private void requireRank(int k) {
    if (k < 1 || k > fullRank()) {
      throw new IllegalArgumentException("rank " + k + " of " + fullRank());
    }
  }
}
