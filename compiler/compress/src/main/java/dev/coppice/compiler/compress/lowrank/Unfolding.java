package dev.coppice.compiler.compress.lowrank;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.Arrays;
import org.ejml.data.DMatrixRMaj;

/**
 * A way to read a tensor as a matrix and back: some axes index the rows, the others the columns,
 * each in the order given and the last one fastest (matricization; Kolda and Bader 2009, section
 * 2.4, there with the first one fastest).
 */
public final class Unfolding {
  private final Shape shape;
  private final int[] order;
  private final int rows;

  private Unfolding(Shape shape, int[] order, int rows) {
    this.shape = shape;
    this.order = order;
    this.rows = rows;
    int[] sorted = order.clone();
    Arrays.sort(sorted);
    for (int i = 0; i < sorted.length; i++) {
      if (sorted[i] != i || sorted.length != shape.rank()) {
        throw new IllegalArgumentException("axes " + Arrays.toString(order) + " of " + shape);
      }
    }
  }

  /**
   * Unfolds tensors of {@code shape}.
   *
   * @param rowAxes the axes that index rows
   * @param columnAxes all other axes
   */
  public static Unfolding of(Shape shape, int[] rowAxes, int... columnAxes) {
    int[] order = Arrays.copyOf(rowAxes, rowAxes.length + columnAxes.length);
    System.arraycopy(columnAxes, 0, order, rowAxes.length, columnAxes.length);
    int rows = 1;
    for (int axis : rowAxes) {
      rows *= shape.dim(axis);
    }
    return new Unfolding(shape, order, rows);
  }

  /** The unfolding of one mode: rows are {@code axis}, columns the other axes in order. */
  public static Unfolding mode(Shape shape, int axis) {
    int[] others = new int[shape.rank() - 1];
    for (int i = 0; i < others.length; i++) {
      others[i] = i < axis ? i : i + 1;
    }
    return of(shape, new int[] {axis}, others);
  }

  /**
   * The matrix of {@code w}, a copy.
   *
   * @throws IllegalArgumentException if {@code w} has another shape or an element that is not
   *     finite
   */
  public DMatrixRMaj matrix(Tensor w) {
    if (!w.shape().equals(shape)) {
      throw new IllegalArgumentException(w.type() + " where the shape is " + shape);
    }
    DMatrixRMaj matrix = new DMatrixRMaj(rows, rows == 0 ? 0 : shape.size() / rows);
    int[] offsets = offsets();
    for (int i = 0; i < offsets.length; i++) {
      double v = w.doubleAt(offsets[i]);
      if (!Double.isFinite(v)) {
        throw new IllegalArgumentException("element " + offsets[i] + " is " + v);
      }
      matrix.data[i] = v;
    }
    return matrix;
  }

  /** The float64 tensor that {@code matrix} is the unfolding of. */
  public Tensor tensor(DMatrixRMaj matrix) {
    double[] elements = new double[shape.size()];
    int[] offsets = offsets();
    if (matrix.numRows != rows || matrix.getNumElements() != elements.length) {
      throw new IllegalArgumentException(
          "a matrix " + matrix.numRows + " x " + matrix.numCols + " for " + shape);
    }
    for (int i = 0; i < offsets.length; i++) {
      elements[offsets[i]] = matrix.data[i];
    }
    return Tensor.adopt(new TensorType(DType.FLOAT64, shape), elements);
  }

  /** Where in the tensor each element of the matrix is, both in row-major order. */
  private int[] offsets() {
    int[] strides = shape.strides();
    int[] offsets = {0};
    for (int axis : order) {
      int dim = shape.dim(axis);
      int[] finer = new int[Math.multiplyExact(offsets.length, dim)];
      for (int i = 0; i < offsets.length; i++) {
        for (int j = 0; j < dim; j++) {
          finer[i * dim + j] = offsets[i] + j * strides[axis];
        }
      }
      offsets = finer;
    }
    return offsets;
  }
}
