package dev.coppice.compiler.schedule;

import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/**
 * All sizes of attention.
 *
 * @param dtype element type of every operand
 * @param b examples
 * @param h heads
 * @param m rows of queries and of the result
 * @param n rows of keys and values
 * @param d width of queries and keys
 * @param e width of values and of the result
 * @param rowsFirst whether axes are {@code [b, rows, h, width]}, not {@code [b, h, rows, width]}
 * @param mask shape of the mask, each axis that of {@code [b, h, m, n]} or 1; rank 0 without one
 */
public record AttentionGeometry(
    DType dtype, int b, int h, int m, int n, int d, int e, boolean rowsFirst, Shape mask) {

  /**
   * The geometry for these operand types (queries, keys, values, optionally a mask).
   *
   * @throws IllegalArgumentException naming the operand that does not fit
   */
  public static AttentionGeometry of(boolean rowsFirst, List<TensorType> inputs) {
    TensorType q = inputs.get(0);
    TensorType k = inputs.get(1);
    TensorType v = inputs.get(2);
    boolean ranks = inputs.stream().allMatch(t -> t.shape().rank() == 4);
    boolean floats = q.dtype() == DType.FLOAT32 || q.dtype() == DType.FLOAT64;
    if (!ranks || !floats || inputs.stream().anyMatch(t -> t.dtype() != q.dtype())) {
      throw new IllegalArgumentException(
          "operands are " + inputs + "; expected rank 4 and one type, f32 or f64");
    }
    int rows = rowsFirst ? 1 : 2;
    int heads = rowsFirst ? 2 : 1;
    AttentionGeometry g =
        new AttentionGeometry(
            q.dtype(),
            q.shape().dim(0),
            q.shape().dim(heads),
            q.shape().dim(rows),
            k.shape().dim(rows),
            q.shape().dim(3),
            v.shape().dim(3),
            rowsFirst,
            inputs.size() > 3 ? inputs.get(3).shape() : Shape.of());
    if (!k.shape().equals(g.shape(g.n, g.d)) || !v.shape().equals(g.shape(g.n, g.e))) {
      throw new IllegalArgumentException(
          "queries are " + q + ", keys " + k + ", values " + v + "; their heads do not fit");
    }
    if (g.n == 0 || g.d == 0) {
      throw new IllegalArgumentException("keys are " + k + "; expected a row and a column");
    }
    Shape scores = Shape.of(g.b, g.h, g.m, g.n);
    for (int i = 0; i < g.mask.rank(); i++) {
      if (g.mask.dim(i) != 1 && g.mask.dim(i) != scores.dim(i)) {
        throw new IllegalArgumentException(
            "the mask is " + inputs.get(3) + "; expected what broadcasts to " + scores);
      }
    }
    return g;
  }

  private Shape shape(int rows, int width) {
    return rowsFirst ? Shape.of(b, rows, h, width) : Shape.of(b, h, rows, width);
  }

  /** Type of the result. */
  public TensorType outputType() {
    return new TensorType(dtype, shape(m, e));
  }

  /** Multiply-accumulates. */
  public long macs() {
    return (long) b * h * m * n * (d + e);
  }

  /** Elements from a row of a head to the next, in an operand of this width. */
  public int step(int width) {
    return rowsFirst ? h * width : width;
  }

  /** The first element of head {@code head} of example {@code example}. */
  public int first(int example, int head, int rows, int width) {
    return rowsFirst ? (example * rows * h + head) * width : (example * h + head) * rows * width;
  }

  /** As {@link #first(int, int, int, int)}, in a kernel. */
  Expr first(Expr example, Expr head, int rows, int width) {
    return rowsFirst
        ? Exprs.mul(Exprs.add(Exprs.mul(example, rows * h), head), width)
        : Exprs.mul(Exprs.add(Exprs.mul(example, h), head), rows * width);
  }

  /** Whether there is a mask. */
  boolean isMasked() {
    return mask.rank() > 0;
  }

  /** Whether the mask is another for each row of queries. */
  boolean isMaskedByRow() {
    return isMasked() && mask.dim(2) > 1;
  }

  /** The element of the mask for the first key of a row of queries. */
  public int maskAt(int example, int head, int row) {
    int[] at = {example, head, row};
    int[] strides = mask.strides();
    int sum = 0;
    for (int i = 0; i < at.length; i++) {
      sum += mask.dim(i) > 1 ? at[i] * strides[i] : 0;
    }
    return sum;
  }

  /** As {@link #maskAt(int, int, int)}, in a kernel. */
  Expr maskAt(Expr example, Expr head, Expr row) {
    List<Expr> at = List.of(example, head, row);
    int[] strides = mask.strides();
    Expr sum = Exprs.intLit(0);
    for (int i = 0; i < at.size(); i++) {
      sum = mask.dim(i) > 1 ? Exprs.add(sum, Exprs.mul(at.get(i), strides[i])) : sum;
    }
    return sum;
  }

  /** Elements of the mask from a key to the next. */
  public int maskStep() {
    return mask.dim(3) > 1 ? 1 : 0;
  }

  /** Formula and sizes for the reader of the emitted code. */
  String comment(String how) {
    return "y["
        + m
        + ","
        + e
        + "] = softmax(q["
        + m
        + ","
        + d
        + "] k["
        + n
        + ","
        + d
        + "]^T"
        + (isMasked() ? " + mask" + mask : "")
        + ") v["
        + n
        + ","
        + e
        + "] for each of ["
        + b
        + ","
        + h
        + "]; by "
        + how;
  }
}
