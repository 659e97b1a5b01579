package dev.coppice.compiler.schedule;

import dev.coppice.compiler.loop.Array;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmt.AxisKind;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.loop.Var;

/**
 * Consecutive floats in tiles of some registers, or one by one.
 *
 * @param vectors registers of a tile; 0 for one element at a time
 */
record RegisterRun(int vectors) {
  /** Variables that a tile takes. */
  int size() {
    return Math.max(1, vectors);
  }

  /** Type of each. */
  LoopType type() {
    return vectors == 0 ? LoopType.FLOAT : LoopType.FLOAT.times(LoopType.REGISTER);
  }

  /** What there is from {@code at} on. */
  Expr load(Array array, Expr at) {
    return vectors == 0 ? Exprs.load(array, at) : Exprs.loadRegister(array, at);
  }

  /** {@code value} for each element. */
  Expr spread(Expr value) {
    return vectors == 0 ? value : Exprs.broadcast(value, LoopType.REGISTER);
  }

  /** The first element of variable {@code v} of the tile at {@code at}. */
  static Expr place(int v, Expr at) {
    return Exprs.add(at, Exprs.mul(Exprs.lanes(), v));
  }

  /**
   * A loop over the tiles of {@code count} elements; {@code body} is given the first element of
   * each.
   *
   * @param beyond whether the last tile may go beyond the end; otherwise it overlaps the one
   *     before, and there are elements for one
   */
  Stmt tiles(int count, boolean beyond, Stmts.LoopBody body) {
    if (vectors == 0) {
      return Stmts.loop("at", count, body);
    }
    Expr step = Exprs.mul(Exprs.lanes(), vectors);
    Expr last = Exprs.sub(Exprs.intLit(count), step);
    Expr more = Exprs.sub(Exprs.add(Exprs.intLit(count), step), Exprs.intLit(1));
    Var at = new Var("at", LoopType.INT);
    return Stmts.loop(
        "tile",
        Exprs.intLit(0),
        Exprs.div(more, step),
        1,
        AxisKind.PARALLEL,
        tile -> {
          Expr own = Exprs.mul(tile, step);
          return Stmts.block(
              Stmts.local(at, beyond ? own : Exprs.min(own, last)), body.apply(Exprs.ref(at)));
        });
  }
}
