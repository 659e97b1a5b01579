package dev.coppice.compiler.compress.lowrank;

import dev.coppice.compiler.compress.linalg.Gram;
import dev.coppice.compiler.compress.linalg.SemidefiniteSystem;
import dev.coppice.compiler.compress.linalg.SymmetricEigen;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.NormOps_DDRM;
import org.ejml.dense.row.mult.VectorVectorMult_DDRM;

/**
 * Fits the factors of a {@link CanonicalPolyadic} decomposition, one mode at a time (Kolda and
 * Bader 2009, figure 3.3), with a ridge on the components' weights: the best approximation of a
 * rank need not exist, and without it two components may grow against each other for ever.
 *
 * @param rank the number of components R, at least 1
 * @param sweeps the most passes over all modes of a start, at least 1
 * @param ridge added to the diagonal of the systems, where 1 is the diagonal; 1e-8 to 1e-4 is
 *     usual, 0 for weights known to be of that rank
 * @param starts how many starts the best is taken of, at least 1: one from singular vectors, then
 *     random ones
 * @param seed of the random starts
 */
public record AlternatingLeastSquares(int rank, int sweeps, double ridge, int starts, long seed) {
  /** A start ends when a sweep lowers the error by less than this part. */
  private static final double CONVERGED = 1e-5;

  /** Errors below this are not differences of squares of norms, but of elements. */
  private static final double DIRECT = 1e-6;

  private static final double EXACT = 1e-14;

  /** Throws {@link IllegalArgumentException} if a number is out of range. */
  public AlternatingLeastSquares {
    if (rank < 1 || sweeps < 1 || starts < 1 || !(ridge >= 0 && ridge < 1)) {
      throw new IllegalArgumentException(
          "rank " + rank + ", sweeps " + sweeps + ", ridge " + ridge + ", starts " + starts);
    }
  }

  /**
   * Decomposes weights of two axes or more.
   *
   * @throws IllegalArgumentException if there are fewer axes or an element is not finite
   */
  public CanonicalPolyadic decompose(Tensor w) {
    if (w.shape().rank() < 2) {
      throw new IllegalArgumentException("weights " + w.type() + "; expected [O, I, kernel...]");
    }
    DMatrixRMaj unfolded = Unfolding.mode(w.shape(), 0).matrix(w);
    Random random = new Random(seed);
    List<DMatrixRMaj> best = List.of();
    double least = Double.POSITIVE_INFINITY;
    for (int start = 0; start < starts && least > EXACT; start++) {
      Fit fit = new Fit(unfolded, start(w, start > 0, random));
      double error = fit.run();
      if (error < least) {
        least = error;
        best = fit.balanced();
      }
    }
    return new CanonicalPolyadic(best, least);
  }

  /** Normalised factors of all modes but 0, which is the first to be fitted, and a place for it. */
  private List<DMatrixRMaj> start(Tensor w, boolean chance, Random random) {
    List<DMatrixRMaj> factors = new ArrayList<>();
    factors.add(new DMatrixRMaj(w.shape().dim(0), rank));
    for (int mode = 1; mode < w.shape().rank(); mode++) {
      int n = w.shape().dim(mode);
      DMatrixRMaj factor = new DMatrixRMaj(n, rank);
      for (int i = 0; i < factor.data.length; i++) {
        factor.data[i] = random.nextGaussian();
      }
      if (!chance) {
        DMatrixRMaj unfolded = Unfolding.mode(w.shape(), mode).matrix(w);
        DMatrixRMaj vectors = SymmetricEigen.of(Gram.ofRows(unfolded)).leading(Math.min(n, rank));
        CommonOps_DDRM.insert(vectors, factor, 0, 0);
      }
      normalise(factor);
      factors.add(factor);
    }
    return factors;
  }

  /** Divides each column by its norm and returns the norms; columns of zeros stay. */
  private static double[] normalise(DMatrixRMaj factor) {
    int columns = factor.numCols;
    double[] norms = new double[columns];
    for (int i = 0; i < factor.data.length; i++) {
      norms[i % columns] += factor.data[i] * factor.data[i];
    }
    for (int r = 0; r < columns; r++) {
      norms[r] = Math.sqrt(norms[r]);
    }
    for (int i = 0; i < factor.data.length; i++) {
      double norm = norms[i % columns];
      factor.data[i] = norm == 0 ? 0 : factor.data[i] / norm;
    }
    return norms;
  }

  /**
   * The Khatri-Rao product of factors {@code [n_m, R]}: row {@code (i, j, ...)}, last index
   * fastest, is the elementwise product of rows i, j, ...
   */
  static DMatrixRMaj khatriRao(List<DMatrixRMaj> factors) {
    DMatrixRMaj product = factors.get(0);
    int columns = product.numCols;
    for (DMatrixRMaj factor : factors.subList(1, factors.size())) {
      DMatrixRMaj finer = new DMatrixRMaj(product.numRows * factor.numRows, columns);
      for (int i = 0; i < finer.numRows; i++) {
        int a = i / factor.numRows * columns;
        int b = i % factor.numRows * columns;
        for (int r = 0; r < columns; r++) {
          finer.data[i * columns + r] = product.data[a + r] * factor.data[b + r];
        }
      }
      product = finer;
    }
    return product;
  }

  /** One start: factors of unit columns, and the weights of the components. */
  private final class Fit {
    private final DMatrixRMaj w;
    private final double norm;
    private final List<DMatrixRMaj> factors;
    private double[] weights = new double[rank];

    Fit(DMatrixRMaj w, List<DMatrixRMaj> factors) {
      this.w = w;
      this.norm = NormOps_DDRM.normF(w);
      this.factors = factors;
    }

    /** The relative error reached. */
    double run() {
      double error = Double.POSITIVE_INFINITY;
      for (int sweep = 0; sweep < sweeps; sweep++) {
        double before = error;
        error = sweep();
        if (error < EXACT || error >= before * (1 - CONVERGED)) {
          break;
        }
      }
      return error();
    }

    private double sweep() {
      int modes = factors.size();
      DMatrixRMaj others = khatriRao(factors.subList(1, modes));
      DMatrixRMaj right = new DMatrixRMaj(w.numRows, rank);
      CommonOps_DDRM.mult(w, others, right);
      double error = update(0, right);
      // All other modes see W through the factor of mode 0, which is summed out once.
      DMatrixRMaj projected = new DMatrixRMaj(w.numCols, rank);
      CommonOps_DDRM.multTransA(w, factors.get(0), projected);
      for (int mode = 1; mode < modes; mode++) {
        error = update(mode, summed(projected, mode));
      }
      return error < DIRECT ? error() : error;
    }

    /** The sum of {@code projected} times the factors of all modes but 0 and {@code mode}. */
    private DMatrixRMaj summed(DMatrixRMaj projected, int mode) {
      List<DMatrixRMaj> without = new ArrayList<>(factors.subList(1, factors.size()));
      DMatrixRMaj ones = new DMatrixRMaj(factors.get(mode).numRows, rank);
      ones.fill(1);
      without.set(mode - 1, ones);
      DMatrixRMaj products = khatriRao(without);
      int inner = 1;
      for (int m = mode + 1; m < factors.size(); m++) {
        inner *= factors.get(m).numRows;
      }
      DMatrixRMaj sum = new DMatrixRMaj(ones.numRows, rank);
      for (int p = 0; p < projected.numRows; p++) {
        int row = p / inner % ones.numRows * rank;
        for (int r = 0; r < rank; r++) {
          sum.data[row + r] += projected.data[p * rank + r] * products.data[p * rank + r];
        }
      }
      return sum;
    }

    /** Fits one mode; {@code right} is W summed with all others. The relative error, by norms. */
    private double update(int mode, DMatrixRMaj right) {
      DMatrixRMaj gram = new DMatrixRMaj(rank, rank);
      gram.fill(1);
      for (int m = 0; m < factors.size(); m++) {
        if (m != mode) {
          CommonOps_DDRM.elementMult(gram, Gram.ofColumns(factors.get(m)));
        }
      }
      DMatrixRMaj damped = gram.copy();
      for (int r = 0; r < rank; r++) {
        damped.add(r, r, ridge);
      }
      DMatrixRMaj transposed = new DMatrixRMaj(rank, right.numRows);
      CommonOps_DDRM.transpose(right, transposed);
      DMatrixRMaj factor = new DMatrixRMaj(right.numRows, rank);
      CommonOps_DDRM.transpose(SemidefiniteSystem.solve(damped, transposed), factor);
      double mixed = VectorVectorMult_DDRM.innerProd(factor, right);
      double fitted = VectorVectorMult_DDRM.innerProd(Gram.ofColumns(factor), gram);
      weights = normalise(factor);
      factors.set(mode, factor);
      double squared = norm * norm - 2 * mixed + fitted;
      return norm == 0 ? 0 : Math.sqrt(Math.max(0, squared)) / norm;
    }

    /** The relative error by the difference itself. */
    private double error() {
      DMatrixRMaj weighted = factors.get(0).copy();
      CommonOps_DDRM.multCols(weighted, weights);
      DMatrixRMaj difference = new DMatrixRMaj(w.numRows, w.numCols);
      CommonOps_DDRM.multTransB(
          weighted, khatriRao(factors.subList(1, factors.size())), difference);
      CommonOps_DDRM.subtractEquals(difference, w);
      return norm == 0 ? 0 : NormOps_DDRM.normF(difference) / norm;
    }

    /** The factors with the weights spread evenly over the modes. */
    List<DMatrixRMaj> balanced() {
      double[] share = new double[rank];
      for (int r = 0; r < rank; r++) {
        share[r] = Math.pow(weights[r], 1.0 / factors.size());
      }
      List<DMatrixRMaj> balanced = new ArrayList<>();
      for (DMatrixRMaj factor : factors) {
        DMatrixRMaj scaled = factor.copy();
        CommonOps_DDRM.multCols(scaled, share);
        balanced.add(scaled);
      }
      return balanced;
    }
  }
}
