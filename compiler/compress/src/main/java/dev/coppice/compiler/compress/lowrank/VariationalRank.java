package dev.coppice.compiler.compress.lowrank;

import dev.coppice.compiler.compress.linalg.Gram;
import dev.coppice.compiler.compress.linalg.SymmetricEigen;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/**
 * The rank of a matrix under noise by empirical variational Bayesian matrix factorisation: the
 * global analytic solution with the noise variance estimated (Nakajima, Sugiyama, Babacan, Tomioka
 * 2013, JMLR 14; for convolutions Kim et al. 2016, arXiv 1511.06530).
 */
public final class VariationalRank {
  /** Squared singular values below this part of the largest are rounding of float weights. */
  private static final double ROUNDING = 1e-14;

  private static final int GRID = 1024;
  private static final int REFINEMENTS = 80;
  private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

  private final double[] squares;
  private final double alpha;
  private final double columns;
  private final double threshold;

  private VariationalRank(double[] squares, int l, int m) {
    this.squares = squares;
    this.alpha = (double) l / m;
    this.columns = m;
    double tau = 2.5129 * Math.sqrt(alpha);
    this.threshold = (1 + tau) * (1 + alpha / tau);
  }

  /**
   * The rank of a matrix whose elements are finite: 0 to the smaller side. Rows and columns of
   * zeros, those of channels that are dead or pruned, bear no noise and are left out.
   */
  public static int of(DMatrixRMaj matrix) {
    int[] rows = alive(matrix.numRows, i -> CommonOps_DDRM.extractRow(matrix, i, null));
    int[] columns = alive(matrix.numCols, j -> CommonOps_DDRM.extractColumn(matrix, j, null));
    if (rows.length == 0) {
      return 0;
    }
    DMatrixRMaj y = new DMatrixRMaj(rows.length, columns.length);
    CommonOps_DDRM.extract(matrix, rows, rows.length, columns, columns.length, y);
    boolean wide = y.numRows <= y.numCols;
    double[] squares = SymmetricEigen.values(wide ? Gram.ofRows(y) : Gram.ofColumns(y));
    return ofSquares(squares, Math.min(y.numRows, y.numCols), Math.max(y.numRows, y.numCols));
  }

  private static int[] alive(int n, IntFunction<DMatrixRMaj> line) {
    return IntStream.range(0, n)
        .filter(i -> CommonOps_DDRM.elementMaxAbs(line.apply(i)) > 0)
        .toArray();
  }

  /**
   * The rank of a matrix with sides {@code l <= m}.
   *
   * @param squares all {@code l} squared singular values, not increasing; below zero by rounding is
   *     allowed
   */
  public static int ofSquares(double[] squares, int l, int m) {
    if (squares.length != l || l < 1 || l > m) {
      throw new IllegalArgumentException(squares.length + " values of " + l + " x " + m);
    }
    if (!(squares[0] > 0)) {
      return 0;
    }
    double[] floored = new double[l];
    for (int i = 0; i < l; i++) {
      floored[i] = Math.max(squares[i], ROUNDING * squares[0]);
    }
    return new VariationalRank(floored, l, m).rank();
  }

  /**
   * A rank between {@code rank} and {@code full}: {@code R + (1 - w) (full - R)} rounded, at least
   * 1, then up to a multiple and at most full.
   *
   * @param weakening w, from 0 (full rank) to 1 (the rank as it is)
   * @param multiple at least 1
   */
  public static int weakened(int rank, int full, double weakening, int multiple) {
    if (!(weakening >= 0 && weakening <= 1) || multiple < 1 || rank < 0 || rank > full) {
      throw new IllegalArgumentException(
          "rank " + rank + " of " + full + ", w " + weakening + ", multiple " + multiple);
    }
    long weak = Math.max(1, Math.round(rank + (1 - weakening) * (full - rank)));
    return (int) Math.min(full, (weak + multiple - 1) / multiple * multiple);
  }

  private int rank() {
    int l = squares.length;
    double sum = 0;
    for (double s : squares) {
      sum += s;
    }
    int tail = Math.min((int) Math.ceil(l / (1 + alpha)) - 1, l);
    double tailSum = 0;
    for (int i = tail; i < l; i++) {
      tailSum += squares[i];
    }
    double lower = Math.max(squares[tail] / (columns * threshold), tailSum / (l - tail) / columns);
    double noise = minimum(Math.log(lower), Math.log(sum / (l * columns)));
    int rank = 0;
    while (rank < l && squares[rank] > columns * noise * threshold) {
      rank++;
    }
    return rank;
  }

  /** The variance between two whose logarithms are given with the least free energy. */
  private double minimum(double from, double to) {
    // The free energy is not convex; the best of a grid is refined by golden section.
    double step = Math.max(0, to - from) / GRID;
    int best = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i <= GRID; i++) {
      double energy = freeEnergy(Math.exp(from + i * step));
      if (energy < least) {
        least = energy;
        best = i;
      }
    }
    double a = from + Math.max(0, best - 1) * step;
    double b = from + Math.min(GRID, best + 1) * step;
    for (int i = 0; i < REFINEMENTS; i++) {
      double width = GOLDEN * (b - a);
      if (freeEnergy(Math.exp(b - width)) <= freeEnergy(Math.exp(a + width))) {
        b = a + width;
      } else {
        a = b - width;
      }
    }
    return Math.exp((a + b) / 2);
  }

  /** F(v) of Nakajima et al., theorem 2, without what does not depend on v. */
  private double freeEnergy(double v) {
    double energy = 0;
    for (double s : squares) {
      double x = s / (columns * v);
      if (x <= threshold) {
        energy += x - Math.log(x);
      } else {
        double d = x - (1 + alpha);
        double t = (d + Math.sqrt(d * d - 4 * alpha)) / 2;
        energy += x - t + Math.log((t + 1) / x) + alpha * Math.log(t / alpha + 1);
      }
    }
    return energy;
  }
}
