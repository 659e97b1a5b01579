package dev.coppice.compiler.schedule;

import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmts;

/** Loop forms that schedules share. */
final class Loops {
  private Loops() {}

  /** A loop over {@code [0, extent)}, or its body at 0 if it runs once. */
  static Stmt each(String var, int extent, Stmts.LoopBody body) {
    return extent == 1 ? body.apply(Exprs.intLit(0)) : Stmts.loop(var, extent, body);
  }

  /** A loop over {@code [0, extent)}, or its body at 0 if it is known to run once. */
  static Stmt each(String var, Expr extent, Stmts.LoopBody body) {
    if (extent instanceof Expr.Literal l) {
      return each(var, (int) l.bits(), body);
    }
    return Stmts.loop(var, Exprs.intLit(0), extent, 1, Stmt.AxisKind.PARALLEL, body);
  }

  /** Body of a blocked loop. */
  interface BlockBody {
    /** Statements for elements {@code [from, from + count)}. */
    Stmt apply(Expr from, Expr count);
  }

  /** A loop over {@code [0, extent)} in steps of {@code block}; the last block may be shorter. */
  static Stmt blocked(String var, int extent, int block, BlockBody body) {
    if (block >= extent) {
      return body.apply(Exprs.intLit(0), Exprs.intLit(extent));
    }
    return Stmts.loop(
        var,
        Exprs.intLit(0),
        Exprs.intLit(extent),
        block,
        Stmt.AxisKind.PARALLEL,
        from ->
            body.apply(
                from,
                extent % block == 0
                    ? Exprs.intLit(block)
                    : Exprs.min(Exprs.intLit(block), Exprs.sub(Exprs.intLit(extent), from))));
  }

  /**
   * {@code ceil(extent / parts)} for the least number of parts of at most {@code most}: blocks of
   * nearly equal size.
   */
  static int balanced(int extent, int most) {
    int parts = ceilDiv(extent, most);
    return ceilDiv(extent, parts);
  }

  static int ceilDiv(int a, int b) {
    return (a + b - 1) / b;
  }
}
