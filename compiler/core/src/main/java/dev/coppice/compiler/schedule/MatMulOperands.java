package dev.coppice.compiler.schedule;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.tensor.Shape;
import org.jspecify.annotations.Nullable;

/**
 * The operands of a matrix product {@code y = a * b + bias} that goes through rows of b.
 *
 * @param a flat, [batch, m, k]
 * @param b planar [k][n] if it is constant and of one batch, so that its rows are used where they
 *     are; otherwise flat, [batch, k, n]
 * @param y flat, [batch, m, n]
 * @param bias flat, [n], or null
 */
record MatMulOperands(
    MatMulGeometry g, KernelBuilder k, Buffer a, Buffer b, Buffer y, @Nullable Buffer bias) {
  static MatMulOperands of(MatMulGeometry g, KernelBuilder k) {
    Buffer a = k.input(0, "a");
    Buffer b =
        inRows(g, k)
            ? k.weightRows("b", k.constant(1).orElseThrow().reshape(Shape.of(g.k(), g.n())))
            : k.input(1, "b");
    return new MatMulOperands(
        g, k, a, b, k.output(0, "y"), k.inputs() > 2 ? k.input(2, "bias") : null);
  }

  /** Whether b has its rows in arrays of their own. */
  static boolean inRows(MatMulGeometry g, KernelBuilder k) {
    return k.constant(1).isPresent() && g.bBatch().size() == 1;
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
