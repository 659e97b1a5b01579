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
import java.util.ArrayList;
import java.util.List;

/**
 * How an output plane is cut into tiles of whole rows that fit a scratch plane, and how the input
 * places that one kernel element meets in a tile are copied into a plane. A plane that every tap
 * reads straight through (1x1, stride 1, no padding) is cut as one long row.
 */
final class PlaneTiling {
  private final ConvGeometry g;
  private final int h;
  private final int w;
  private final int oh;
  private final int ow;
  private final int tileRows;
  private final boolean straight;

  private PlaneTiling(ConvGeometry g, int planeLength) {
    this.g = g;
    this.straight = g.isPointwise();
    boolean flat = g.spatial() == 1;
    this.h = straight ? g.inPlane() : flat ? 1 : g.in().get(0);
    this.w = straight ? 1 : g.in().get(g.spatial() - 1);
    this.oh = straight ? g.outPlane() : flat ? 1 : g.out().get(0);
    this.ow = straight ? 1 : g.out().get(g.spatial() - 1);
    int most = Math.max(1, planeLength / ow);
    int tiles = (oh + most - 1) / most;
    this.tileRows = (oh + tiles - 1) / tiles;
  }

  static PlaneTiling of(ConvGeometry g, int planeLength) {
    return new PlaneTiling(g, planeLength);
  }

  /** Elements of the largest tile. */
  int tileLength() {
    return tileRows * ow;
  }

  /** Number of tiles. */
  int count() {
    return (oh + tileRows - 1) / tileRows;
  }

  /** Place in the output plane of a tile that starts at row {@code t}. */
  Expr offset(Expr t) {
    return Exprs.mul(t, ow);
  }

  /** Body of the tile loop. */
  interface TileBody {
    /**
     * Statements for one tile.
     *
     * @param t first output row
     * @param rows output rows
     * @param length output places
     */
    Stmt apply(Expr t, Expr rows, Expr length);
  }

  /** A loop over the tiles; just the body if there is one. */
  Stmt tiles(TileBody body) {
    if (tileRows == oh) {
      return body.apply(Exprs.intLit(0), Exprs.intLit(oh), Exprs.intLit(oh * ow));
    }
    if (oh % tileRows == 0) {
      return tileLoop(t -> body.apply(t, Exprs.intLit(tileRows), Exprs.intLit(tileRows * ow)));
    }
    Var rows = new Var("rows", LoopType.INT);
    Var length = new Var("length", LoopType.INT);
    return tileLoop(
        t ->
            Stmts.block(
                Stmts.local(
                    rows, Exprs.min(Exprs.intLit(tileRows), Exprs.sub(Exprs.intLit(oh), t))),
                Stmts.local(length, Exprs.mul(Exprs.ref(rows), ow)),
                body.apply(t, Exprs.ref(rows), Exprs.ref(length))));
  }

  private Stmt tileLoop(Stmts.LoopBody body) {
    return Stmts.loop(
        "t", Exprs.intLit(0), Exprs.intLit(oh), tileRows, Stmt.AxisKind.PARALLEL, body);
  }

  /**
   * Copies what the taps of one input channel meet in the tile into rows {@code p[first ..]};
   * {@code plane} is where the channel starts in x.
   */
  Stmt taps(Buffer x, Buffer p, Expr plane, Expr first, Expr t, Expr rows, Expr length) {
    if (straight) {
      return Stmts.copy(x, Exprs.add(plane, t), Exprs.row(p, first), Exprs.intLit(0), length);
    }
    int kh = g.spatial() == 1 ? 1 : g.kernel().get(0);
    int kw = g.kernel().get(g.spatial() - 1);
    Function tap = tap();
    return Loops.each(
        "kh",
        kh,
        i ->
            Loops.each(
                "kw",
                kw,
                j -> {
                  Array row = Exprs.row(p, Exprs.add(Exprs.add(first, Exprs.mul(i, kw)), j));
                  return Stmts.invoke(tap, List.of(x, row), List.of(plane, t, rows, i, j));
                }));
  }

  /**
   * The routine that copies what one tap meets: zero outside of x, else rows of x, every stride-th
   * element.
   */
  private Function tap() {
    Buffer x = Buffer.flat("x", g.dtype(), Buffer.Role.INPUT, g.n() * g.c() * g.inPlane());
    Buffer p = Buffer.row("p", g.dtype(), Buffer.Role.OUTPUT, tileLength());
    List<Var> scalars = new ArrayList<>();
    for (String name : List.of("plane", "t", "rows", "kh", "kw")) {
      scalars.add(new Var(name, LoopType.INT));
    }
    Expr plane = Exprs.ref(scalars.get(0));
    Expr t = Exprs.ref(scalars.get(1));
    Expr rows = Exprs.ref(scalars.get(2));
    boolean flat = g.spatial() == 1;
    Axis rowAxis = flat ? new Axis(1, 1, 1, 0, 1, 1, 0) : Axis.of(g, 0, h, oh);
    Axis columnAxis = Axis.of(g, g.spatial() - 1, w, ow);
    Var from = new Var("from", LoopType.INT);
    Var to = new Var("to", LoopType.INT);
    List<Stmt> body = new ArrayList<>();
    if (columnAxis.padded()) {
      body.add(Stmts.local(from, columnAxis.first(Exprs.ref(scalars.get(4)))));
      body.add(Stmts.local(to, columnAxis.end(Exprs.ref(scalars.get(4)), Exprs.ref(from))));
    }
    Expr begin = columnAxis.padded() ? Exprs.ref(from) : Exprs.intLit(0);
    Expr end = columnAxis.padded() ? Exprs.ref(to) : Exprs.intLit(ow);
    body.add(
        Stmts.loop(
            "r",
            Exprs.intLit(0),
            rows,
            1,
            Stmt.AxisKind.PARALLEL,
            r -> {
              Var ih = new Var("ih", LoopType.INT);
              Var at = new Var("at", LoopType.INT);
              Expr source = Exprs.add(plane, Exprs.mul(Exprs.ref(ih), w));
              Stmt row =
                  row(
                      x,
                      p,
                      source,
                      Exprs.ref(at),
                      begin,
                      end,
                      columnAxis,
                      Exprs.ref(scalars.get(4)));
              if (rowAxis.padded()) {
                Expr outside =
                    Exprs.or(
                        Exprs.lt(Exprs.ref(ih), Exprs.intLit(0)),
                        Exprs.ge(Exprs.ref(ih), Exprs.intLit(h)));
                row = Stmts.when(outside, zeros(p, Exprs.ref(at), Exprs.intLit(ow)), row);
              }
              return Stmts.block(
                  Stmts.local(ih, rowAxis.source(Exprs.add(t, r), Exprs.ref(scalars.get(3)))),
                  Stmts.local(at, Exprs.mul(r, ow)),
                  row);
            }));
    return new Function(
        "tap",
        "Row by row, what tap (kh, kw) of x ["
            + h
            + ", "
            + w
            + "] meets in a tile of y ["
            + oh
            + ", "
            + ow
            + "].",
        List.of(x, p),
        scalars,
        Stmts.block(body));
  }

  private Stmt row(
      Buffer x, Buffer p, Expr source, Expr at, Expr begin, Expr end, Axis axis, Expr kw) {
    List<Stmt> body = new ArrayList<>();
    if (axis.padded()) {
      body.add(zeros(p, at, begin));
    }
    if (axis.stride() == 1) {
      Expr first = Exprs.add(source, axis.source(begin, kw));
      body.add(Stmts.copy(x, first, p, Exprs.add(at, begin), Exprs.sub(end, begin)));
    } else {
      Var first = new Var("first", LoopType.INT);
      body.add(Stmts.local(first, Exprs.add(source, axis.source(Exprs.intLit(0), kw))));
      body.add(
          Stmts.loop(
              "j",
              begin,
              end,
              1,
              Stmt.AxisKind.VECTOR,
              j ->
                  Stmts.store(
                      p,
                      Exprs.add(at, j),
                      Exprs.load(x, Exprs.add(Exprs.ref(first), Exprs.mul(j, axis.stride()))))));
    }
    if (axis.padded()) {
      body.add(zeros(p, Exprs.add(at, end), Exprs.sub(Exprs.intLit(ow), end)));
    }
    return Stmts.block(body);
  }

  private Stmt zeros(Array p, Expr at, Expr count) {
    return Stmts.fill(p, at, count, Exprs.literal(LoopType.of(g.dtype()), 0));
  }

  /**
   * One spatial axis: output place o meets input place {@code o * stride + tap * dilation - pad}.
   */
  private record Axis(int in, int out, int stride, int pad, int kernel, int dilation, int padEnd) {
    static Axis of(ConvGeometry g, int axis, int in, int out) {
      return new Axis(
          in,
          out,
          g.strides().get(axis),
          g.pads().get(axis),
          g.kernel().get(axis),
          g.dilations().get(axis),
          g.pads().get(g.spatial() + axis));
    }

    /** Whether some tap meets a place outside of the input. */
    boolean padded() {
      return pad > 0 || (out - 1) * stride + (kernel - 1) * dilation - pad >= in;
    }

    Expr source(Expr o, Expr tap) {
      Expr at =
          Exprs.add(Exprs.mul(o, stride), kernel == 1 ? Exprs.intLit(0) : Exprs.mul(tap, dilation));
      return Exprs.add(at, -pad);
    }

    /** First output place whose input is not before the beginning. */
    Expr first(Expr tap) {
      Expr missing =
          Exprs.max(Exprs.intLit(0), Exprs.sub(Exprs.intLit(pad), Exprs.mul(tap, dilation)));
      return Exprs.min(
          Exprs.intLit(out), Exprs.div(Exprs.add(missing, stride - 1), Exprs.intLit(stride)));
    }

    /** One past the last output place whose input is not beyond the end; at least {@code first}. */
    Expr end(Expr tap, Expr first) {
      Expr room = Exprs.sub(Exprs.intLit(in - 1 + pad + stride), Exprs.mul(tap, dilation));
      return Exprs.max(first, Exprs.min(Exprs.intLit(out), Exprs.div(room, Exprs.intLit(stride))));
    }
  }
}
