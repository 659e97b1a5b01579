package dev.coppice.compiler.schedule;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.Arrays;
import java.util.List;

/**
 * All sizes of a matrix product.
 *
 * @param dtype element type of every operand
 * @param m rows of a and of the result
 * @param k columns of a, rows of b
 * @param n columns of b and of the result
 * @param batch broadcast leading axes
 * @param aBatch leading axes of a, in the rank of {@code batch}
 * @param bBatch leading axes of b, in the rank of {@code batch}
 * @param outShape shape of the result
 */
public record MatMulGeometry(
    DType dtype, int m, int k, int n, Shape batch, Shape aBatch, Shape bBatch, Shape outShape) {

  /**
   * The geometry for these operand types (a, b, optionally bias).
   *
   * @throws IllegalArgumentException naming the operand that does not fit
   */
  public static MatMulGeometry of(List<TensorType> inputs) {
    TensorType a = inputs.get(0);
    TensorType b = inputs.get(1);
    if (a.dtype() == DType.BOOL
        || a.dtype().isStoredOnly()
        || inputs.stream().anyMatch(t -> t.dtype() != a.dtype())) {
      throw new IllegalArgumentException(
          "operands are " + inputs + "; expected one numeric element type");
    }
    int ra = a.shape().rank();
    int rb = b.shape().rank();
    if (ra == 0 || rb == 0) {
      throw new IllegalArgumentException("A is " + a + ", B is " + b + "; expected rank 1 or more");
    }
    int m = ra == 1 ? 1 : a.shape().dim(-2);
    int k = a.shape().dim(-1);
    int n = rb == 1 ? 1 : b.shape().dim(-1);
    int kb = rb == 1 ? b.shape().dim(0) : b.shape().dim(-2);
    if (k != kb) {
      throw new IllegalArgumentException(
          "A is "
              + a
              + ", B is "
              + b
              + "; A axis "
              + (ra - 1)
              + " must equal B axis "
              + Math.max(0, rb - 2));
    }
    if (inputs.size() > 2 && !inputs.get(2).shape().equals(Shape.of(n))) {
      throw new IllegalArgumentException("bias is " + inputs.get(2) + "; expected [" + n + "]");
    }
    Shape aBatch = leading(a.shape());
    Shape bBatch = leading(b.shape());
    Shape batch = Shape.broadcast(aBatch, bBatch);
    int[] out = Arrays.copyOf(batch.dims(), batch.rank() + (ra == 1 ? 0 : 1) + (rb == 1 ? 0 : 1));
    int at = batch.rank();
    if (ra > 1) {
      out[at++] = m;
    }
    if (rb > 1) {
      out[at] = n;
    }
    return new MatMulGeometry(
        a.dtype(), m, k, n, batch, pad(aBatch, batch), pad(bBatch, batch), Shape.of(out));
  }

  private static Shape leading(Shape s) {
    return Shape.of(Arrays.copyOf(s.dims(), Math.max(0, s.rank() - 2)));
  }

  private static Shape pad(Shape s, Shape to) {
    int[] d = new int[to.rank()];
    Arrays.fill(d, 1);
    for (int i = 1; i <= s.rank(); i++) {
      d[d.length - i] = s.dim(-i);
    }
    return Shape.of(d);
  }

  /** Type of the result. */
  public TensorType outputType() {
    return new TensorType(dtype, outShape);
  }

  /** Multiply-accumulates. */
  public long macs() {
    return (long) batch.size() * m * n * k;
  }

  /** Which of a's matrices batch {@code i} uses; for b pass {@link #bBatch}. */
  public int source(Shape own, int i) {
    int[] strides = own.strides();
    int rest = i;
    int at = 0;
    for (int d = batch.rank() - 1; d >= 0; d--) {
      int p = rest % batch.dim(d);
      rest /= batch.dim(d);
      at += own.dim(d) == 1 ? 0 : p * strides[d];
    }
    return at;
  }

  /** The product by definition, accumulated in double or, for integers, in wrapping long. */
  public Tensor evaluate(List<Tensor> inputs) {
    Tensor a = inputs.get(0);
    Tensor b = inputs.get(1);
    int plane = m * n;
    if (!dtype.isFloat()) {
      return Tensor.fromLongs(
          outputType(),
          i -> {
            int batchAt = i / plane;
            int ao = (source(aBatch, batchAt) * m + i % plane / n) * k;
            int bo = source(bBatch, batchAt) * k * n + i % n;
            long sum = inputs.size() > 2 ? inputs.get(2).longAt(i % n) : 0;
            for (int j = 0; j < k; j++) {
              sum += a.longAt(ao + j) * b.longAt(bo + j * n);
            }
            return sum;
          });
    }
    return Tensor.fromDoubles(
        outputType(),
        i -> {
          int batchAt = i / plane;
          int ao = (source(aBatch, batchAt) * m + i % plane / n) * k;
          int bo = source(bBatch, batchAt) * k * n + i % n;
          double sum = inputs.size() > 2 ? inputs.get(2).doubleAt(i % n) : 0;
          for (int j = 0; j < k; j++) {
            sum += a.doubleAt(ao + j) * b.doubleAt(bo + j * n);
          }
          return sum;
        });
  }
}
