package dev.coppice.compiler.schedule;

import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Stmt;

/** Loops over the broadcast leading axes of a matrix product. */
final class MatMulBatches {
  private MatMulBatches() {}

  /** Body of the loops. */
  interface Body {
    /** Statements for one product: which matrix of a, of b and of the result. */
    Stmt apply(Expr a, Expr b, Expr y);
  }

  static Stmt each(MatMulGeometry g, Body body) {
    return each(g, 0, Exprs.intLit(0), Exprs.intLit(0), Exprs.intLit(0), body);
  }

  private static Stmt each(MatMulGeometry g, int axis, Expr a, Expr b, Expr y, Body body) {
    if (axis == g.batch().rank()) {
      return body.apply(a, b, y);
    }
    return Loops.each(
        "i" + axis,
        g.batch().dim(axis),
        i ->
            each(
                g,
                axis + 1,
                index(a, g.aBatch().dim(axis), i),
                index(b, g.bBatch().dim(axis), i),
                Exprs.add(Exprs.mul(y, g.batch().dim(axis)), i),
                body));
  }

  private static Expr index(Expr so, int extent, Expr i) {
    return extent == 1 ? so : Exprs.add(Exprs.mul(so, extent), i);
  }
}
