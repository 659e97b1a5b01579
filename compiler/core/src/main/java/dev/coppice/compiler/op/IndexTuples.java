package dev.coppice.compiler.op;

import static dev.coppice.compiler.loop.Exprs.add;
import static dev.coppice.compiler.loop.Exprs.div;
import static dev.coppice.compiler.loop.Exprs.intLit;
import static dev.coppice.compiler.loop.Exprs.load;
import static dev.coppice.compiler.loop.Exprs.mul;

import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * Index tuples as GatherND and ScatterND have them: {@code indices: [batch.., rows.., K]}, each
 * tuple naming a part {@code x[batch.., i0, .., i(K-1)]} of consecutive elements.
 *
 * @param x type of the tensor that is indexed
 * @param indices shape of the tuples
 * @param batchDims leading axes that both have
 */
record IndexTuples(TensorType x, Shape indices, int batchDims) {

  /** Checks operand 1 against operand 0. */
  static IndexTuples of(List<TensorType> inputs, int batchDims) {
    Operands.indices(inputs, 1);
    TensorType x = inputs.get(0);
    Shape indices = inputs.get(1).shape();
    boolean fits = indices.rank() > batchDims && x.shape().rank() >= batchDims;
    for (int a = 0; fits && a < batchDims; a++) {
      fits = indices.dim(a) == x.shape().dim(a);
    }
    if (!fits || indices.dim(-1) + batchDims > x.shape().rank()) {
      throw Operands.bad(
          "operand 1 is %s, expected [batch.., rows.., K] with %d batch dimensions as operand 0, %s,"
              + " and K at most the rest of its dimensions",
          inputs.get(1), batchDims, x);
    }
    return new IndexTuples(x, indices, batchDims);
  }

  private int tuple() {
    return indices.dim(-1);
  }

  /** Number of tuples. */
  int rows() {
    return indices.sizeOf(0, indices.rank() - 1);
  }

  /** Elements of a part. */
  int inner() {
    return x.shape().sizeOf(batchDims + tuple(), x.shape().rank());
  }

  /** The shape of all parts: {@code [batch.., rows.., part..]}. */
  Shape parts() {
    List<Integer> dims = new ArrayList<>();
    for (int a = 0; a < indices.rank() - 1; a++) {
      dims.add(indices.dim(a));
    }
    for (int a = batchDims + tuple(); a < x.shape().rank(); a++) {
      dims.add(x.shape().dim(a));
    }
    return Shape.of(dims);
  }

  private int rowsPerBatch() {
    return indices.sizeOf(batchDims, indices.rank() - 1);
  }

  private int batchStride() {
    return x.shape().sizeOf(batchDims, x.shape().rank());
  }

  /** First element of the part that tuple {@code row} of {@code values} names. */
  int start(Tensor values, int row) {
    int at = row / Math.max(1, rowsPerBatch()) * batchStride();
    for (int j = 0; j < tuple(); j++) {
      int a = batchDims + j;
      int i = Axes.wrap(values.longAt(row * tuple() + j), x.shape().dim(a), x);
      at += i * x.shape().strides()[a];
    }
    return at;
  }

  /** As {@link #start}, at run time and clamped. */
  Expr start(Buffer values, Expr row) {
    Expr at =
        batchDims == 0
            ? intLit(0)
            : mul(div(row, intLit(Math.max(1, rowsPerBatch()))), batchStride());
    for (int j = 0; j < tuple(); j++) {
      int a = batchDims + j;
      Expr index = load(values, add(mul(row, tuple()), j));
      at = add(at, mul(Gather.clamped(index, x.shape().dim(a)), x.shape().strides()[a]));
    }
    return at;
  }

  /** Throws if a constant tuple is out of range. */
  void check(Tensor values) {
    for (int row = 0; row < rows(); row++) {
      start(values, row);
    }
  }
}
