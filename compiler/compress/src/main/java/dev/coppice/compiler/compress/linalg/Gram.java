package dev.coppice.compiler.compress.linalg;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/** Gram matrices, {@code X^T X} and {@code X^T Y}, of rows that come in parts. */
public final class Gram {
  /** Rows added in one pass over a sum; as many are held in registers. */
  private static final int TILE = 4;

  private Gram() {}

  /** {@code X^T X} of {@code x: [rows, n]}: symmetric, {@code [n, n]}. */
  public static DMatrixRMaj ofColumns(DMatrixRMaj x) {
    DMatrixRMaj sum = new DMatrixRMaj(x.numCols, x.numCols);
    addUpper(sum, x.data, x.numRows);
    mirror(sum);
    return sum;
  }

  /** {@code X X^T} of {@code x: [n, columns]}: symmetric, {@code [n, n]}. */
  public static DMatrixRMaj ofRows(DMatrixRMaj x) {
    DMatrixRMaj transposed = new DMatrixRMaj(x.numCols, x.numRows);
    CommonOps_DDRM.transpose(x, transposed);
    return ofColumns(transposed);
  }

  /**
   * Adds the upper triangle of {@code X^T X} to {@code sum: [n, n]}; the lower one is left alone.
   *
   * @param x {@code rows} rows of {@code n} elements each
   */
  public static void addUpper(DMatrixRMaj sum, double[] x, int rows) {
    int n = sum.numCols;
    for (int r = 0; r < rows; r += TILE) {
      int tile = Math.min(TILE, rows - r);
      for (int i = 0; i < n; i++) {
        addRow(sum.data, i * n, x, r * n + i, n, x, r * n, n, i, n, tile);
      }
    }
  }

  /**
   * Adds {@code X^T Y} to {@code sum: [n, m]}.
   *
   * @param x {@code rows} rows of {@code n} elements each
   * @param y {@code rows} rows of {@code m} elements each
   */
  public static void addCross(DMatrixRMaj sum, double[] x, double[] y, int rows) {
    int n = sum.numRows;
    int m = sum.numCols;
    for (int r = 0; r < rows; r += TILE) {
      int tile = Math.min(TILE, rows - r);
      for (int i = 0; i < n; i++) {
        addRow(sum.data, i * m, x, r * n + i, n, y, r * m, m, 0, m, tile);
      }
    }
  }

  /** Copies the upper triangle of {@code sum} into the lower one. */
  public static void mirror(DMatrixRMaj sum) {
    int n = sum.numCols;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < i; j++) {
        sum.data[i * n + j] = sum.data[j * n + i];
      }
    }
  }

  /**
   * {@code sum[at + j] += x[xAt + r * n] * y[yAt + r * m + j]} over r in the tile, j in a range.
   */
  private static void addRow(
      double[] sum,
      int at,
      double[] x,
      int xAt,
      int n,
      double[] y,
      int yAt,
      int m,
      int from,
      int to,
      int tile) {
    double x0 = x[xAt];
    double x1 = tile > 1 ? x[xAt + n] : 0;
    double x2 = tile > 2 ? x[xAt + 2 * n] : 0;
    double x3 = tile > 3 ? x[xAt + 3 * n] : 0;
    if (x0 == 0 && x1 == 0 && x2 == 0 && x3 == 0) {
      return;
    }
    int y1 = tile > 1 ? yAt + m : yAt;
    int y2 = tile > 2 ? yAt + 2 * m : yAt;
    int y3 = tile > 3 ? yAt + 3 * m : yAt;
    for (int j = from; j < to; j++) {
      sum[at + j] += x0 * y[yAt + j] + x1 * y[y1 + j] + x2 * y[y2 + j] + x3 * y[y3 + j];
    }
  }
}
