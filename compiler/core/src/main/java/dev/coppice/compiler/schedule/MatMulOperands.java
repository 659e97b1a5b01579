package dev.coppice.compiler.schedule;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.loop.Array;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.tensor.Reordered;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The operands of a matrix product {@code y = a * b + bias} that goes through rows of b.
 *
 * @param a flat, [batch, m, k]
 * @param b planar [block * k][columns] if it is constant and of one batch and does not stay coded,
 *     so that its rows are used where they are; otherwise flat, [batch, k, n]
 * @param y flat, [batch, m, n]
 * @param bias flat, [n], or null
 * @param columns of a block of b, which divide n
 */
record MatMulOperands(
    MatMulGeometry g,
    KernelBuilder k,
    Buffer a,
    Buffer b,
    Buffer y,
    @Nullable Buffer bias,
    int columns) {
  /** The operands, with whole rows of b. */
  static MatMulOperands of(MatMulGeometry g, KernelBuilder k) {
    return of(g, k, g.n());
  }

  /** The operands, with rows of b in blocks of so many columns, which divide n. */
  static MatMulOperands of(MatMulGeometry g, KernelBuilder k, int columns) {
    Buffer a = k.input(0, "a");
    Buffer b =
        inRows(g, k)
            ? k.weightRows("b", inBlocks(g, k.constant(1).orElseThrow(), columns))
            : k.input(1, "b");
    return new MatMulOperands(
        g, k, a, b, k.output(0, "y"), k.inputs() > 2 ? k.input(2, "bias") : null, columns);
  }

  /** Columns {@code [0, columns)} of all rows of b, then those of the next block. */
  private static Reordered inBlocks(MatMulGeometry g, Tensor b, int columns) {
    if (columns == g.n()) {
      return Reordered.identity(b.reshape(Shape.of(g.k(), g.n())));
    }
    int block = g.k() * columns;
    return Packing.reorder(
        b,
        Shape.of(g.n() / columns * g.k(), columns),
        i -> i % block / columns * g.n() + i / block * columns + i % columns);
  }

  /** Row {@code r} of a constant b, in the block that begins with column {@code n0}. */
  Array row(Expr r, Expr n0) {
    Expr block = Exprs.mul(Exprs.div(n0, Exprs.intLit(columns)), g.k());
    return Exprs.row(b, Exprs.add(block, r));
  }

  /** Whether b has its rows in arrays of their own. */
  static boolean inRows(MatMulGeometry g, KernelBuilder k) {
    return k.constant(1).isPresent() && g.bBatch().size() == 1 && !k.staysCoded(1);
  }

  /** Stored bytes of a constant b; 0 of a computed one. */
  static long weightBytes(KernelBuilder k) {
    return k.constant(1).map(b -> b.type().bytes()).orElse(0L);
  }

  /**
   * Copies columns {@code n0 .. n0 + nCount} of rows {@code first .. first + kCount} of a flat b
   * into rows 0 and on of {@code rows}.
   */
  Stmt copyRows(Buffer rows, Expr first, Expr kCount, Expr n0, Expr nCount) {
    return Loops.each(
        "r",
        kCount,
        r -> {
          Expr at = Exprs.add(Exprs.mul(Exprs.add(first, r), g.n()), n0);
          return Stmts.copy(b, at, Exprs.row(rows, r), Exprs.intLit(0), nCount);
        });
  }

  /**
   * Finishes the sums of rows {@code first .. first + mCount} of y, columns {@code n0 .. n0 +
   * nCount}, and delivers them.
   */
  Stmt finish(Buffer sums, Buffer spare, Expr first, Expr mCount, Expr n0, Expr nCount) {
    return Loops.each(
        "m",
        mCount,
        m -> {
          Expr at = Exprs.add(Exprs.mul(Exprs.add(first, m), g.n()), n0);
          return Finish.row(k, Exprs.row(sums, m), spare, y, at, nCount);
        });
  }
}
