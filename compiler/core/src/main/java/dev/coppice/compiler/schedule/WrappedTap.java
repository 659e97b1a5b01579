package dev.coppice.compiler.schedule;

import dev.coppice.compiler.loop.Array;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Function;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.loop.Var;
import java.util.List;

/**
 * What one kernel element meets in a tile, where stride is 1 and output rows are as long as input
 * rows: the whole run of the input, shifted, in one copy. Places that wrapped around the end of a
 * row are set to zero afterwards, and so is what lies before or behind the input.
 */
final class WrappedTap {
  /**
   * Output channels of a group from which it pays: it costs a little more for each tap, and saves
   * row by row copies of each result.
   */
  private static final int CHANNELS = 8;

  /** Rows up to this length cost more to copy one by one than to mend, however few the channels. */
  private static final int NARROW = 5;

  private WrappedTap() {}

  /** Whether taps of {@code g} can be copied so, and should. */
  static boolean applies(ConvGeometry g) {
    int last = g.spatial() - 1;
    return g.spatial() <= 2
        && (g.groupOc() >= CHANNELS || g.out().get(last) <= NARROW)
        && g.strides().stream().allMatch(s -> s == 1)
        && g.out().get(last).equals(g.in().get(last));
  }

  /**
   * The copy.
   *
   * @param plane where the channel starts in x
   * @param row input row of the first output row; may be negative
   * @param shift columns from an output place to the input place it meets
   * @param rows output rows
   */
  static Stmt copy(
      ConvGeometry g, Buffer x, Array to, Expr plane, Expr row, Expr shift, Expr rows) {
    return Stmts.invoke(function(g, x), List.of(x, to), List.of(plane, row, shift, rows));
  }

  private static Function function(ConvGeometry g, Buffer x) {
    int width = g.in().get(g.spatial() - 1);
    Buffer source = Buffer.flat("x", x.dtype(), Buffer.Role.INPUT, x.length());
    Buffer o = Buffer.row("o", x.dtype(), Buffer.Role.OUTPUT, 0);
    Var plane = new Var("plane", LoopType.INT);
    Var row = new Var("row", LoopType.INT);
    Var shift = new Var("shift", LoopType.INT);
    Var rows = new Var("rows", LoopType.INT);
    Var at = new Var("at", LoopType.INT);
    Var n = new Var("n", LoopType.INT);
    Var from = new Var("from", LoopType.INT);
    Var to = new Var("to", LoopType.INT);
    Expr zero = Exprs.literal(LoopType.of(x.dtype()), 0);
    Expr begin = Exprs.intLit(0);
    Stmt body =
        Stmts.block(
            Stmts.local(at, Exprs.add(Exprs.mul(Exprs.ref(row), width), Exprs.ref(shift))),
            Stmts.local(n, Exprs.mul(Exprs.ref(rows), width)),
            Stmts.local(from, Exprs.min(Exprs.ref(n), Exprs.max(begin, Exprs.neg(Exprs.ref(at))))),
            Stmts.local(
                to,
                Exprs.max(
                    Exprs.ref(from),
                    Exprs.min(Exprs.ref(n), Exprs.sub(Exprs.intLit(g.inPlane()), Exprs.ref(at))))),
            Stmts.fill(o, begin, Exprs.ref(from), zero),
            Stmts.when(
                Exprs.lt(Exprs.ref(from), Exprs.ref(to)),
                Stmts.copy(
                    source,
                    Exprs.add(Exprs.add(Exprs.ref(plane), Exprs.ref(at)), Exprs.ref(from)),
                    o,
                    Exprs.ref(from),
                    Exprs.sub(Exprs.ref(to), Exprs.ref(from)))),
            Stmts.fill(o, Exprs.ref(to), Exprs.sub(Exprs.ref(n), Exprs.ref(to)), zero),
            blank(o, width, n, begin, Exprs.neg(Exprs.ref(shift)), zero),
            blank(
                o,
                width,
                n,
                Exprs.sub(Exprs.intLit(width), Exprs.ref(shift)),
                Exprs.intLit(width),
                zero));
    return new Function(
        "shifted",
        "o = rows of x [" + g.inPlane() / width + ", " + width + "], shifted, zero outside.",
        List.of(source, o),
        List.of(plane, row, shift, rows),
        body);
  }

  /** Sets columns {@code [first, end)} of every row to zero, if there are any. */
  private static Stmt blank(Buffer o, int width, Var n, Expr first, Expr end, Expr zero) {
    return Stmts.loop(
        "c",
        Exprs.max(first, Exprs.intLit(0)),
        Exprs.min(end, Exprs.intLit(width)),
        1,
        Stmt.AxisKind.PARALLEL,
        c ->
            Stmts.loop(
                "i", c, Exprs.ref(n), width, Stmt.AxisKind.PARALLEL, i -> Stmts.store(o, i, zero)));
  }
}
