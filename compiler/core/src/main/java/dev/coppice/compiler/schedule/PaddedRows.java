package dev.coppice.compiler.schedule;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.loop.Var;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows of an input {@code [N, H, W, C]} that a strip of rows of the output reads: in place, or
 * copied with their padding into scratch where there is padding. An output is cut into strips of
 * equal height so that a copy stays in the second-level cache; the last strip begins earlier where
 * they do not fit.
 */
final class PaddedRows implements ConvRows {
  /** Elements of a copy that fit the cache beside weights and results. */
  private static final int FITS = 48 * 1024;

  private final int step;
  private final int height;
  private final int outHeight;
  private final int rowElements;
  private final int before;
  private final int after;
  private final int top;
  private final int stride;
  private final int span;
  private final int strip;
  private final boolean padded;
  private final Buffer x;
  private final @Nullable Buffer copy;

  /** Rows of the input of {@code g}, which has one or two spatial axes. */
  PaddedRows(ConvGeometry g, KernelBuilder k) {
    this(g, k, 0);
  }

  /** The same in strips of {@code strip} output rows, if that is not 0. */
  PaddedRows(ConvGeometry g, KernelBuilder k, int strip) {
    int last = g.spatial() - 1;
    boolean plane = g.spatial() == 2;
    this.step = g.c();
    this.height = plane ? g.in().get(0) : 1;
    this.outHeight = plane ? g.out().get(0) : 1;
    this.rowElements = g.in().get(last) * g.c();
    this.before = g.pads().get(last) * g.c();
    this.after = g.pads().get(g.spatial() + last) * g.c();
    this.top = plane ? g.pads().get(0) : 0;
    this.stride = plane ? g.strides().get(0) : 1;
    this.span = plane ? (g.kernel().get(0) - 1) * g.dilations().get(0) + 1 : 1;
    this.padded = g.pads().stream().anyMatch(p -> p > 0);
    // Weights are read once for each strip: a copy as large as they are costs no more.
    long most = Math.max(FITS, g.weightBytes() / g.dtype().bytes());
    int fits = (int) (most / pitch() - span) / stride + 1;
    Shares shares = new Shares(g.n(), k.target().threads());
    int own = padded ? shares.strip(outHeight, Math.max(1, fits), 1) : outHeight;
    this.strip = strip > 0 ? strip : own;
    this.x = k.input(0, "x");
    this.copy = padded ? k.scratch("padded", g.dtype(), rows() * pitch()) : null;
  }

  @Override
  public int step() {
    return step;
  }

  @Override
  public int pitch() {
    return before + rowElements + after;
  }

  @Override
  public int strip() {
    return strip;
  }

  @Override
  public Buffer source() {
    return copy == null ? x : copy;
  }

  /** Predicted nanoseconds until all rows are in the cache, with their padding. */
  static double nanos(ConvGeometry g, KernelBuilder k) {
    PanelCost cost = PanelCost.of(k);
    long bytes = (long) g.n() * g.c() * g.inPlane() * g.dtype().bytes();
    boolean padded = g.pads().stream().anyMatch(p -> p > 0);
    return cost.loaded(bytes) + (padded ? cost.copied(bytes) : 0);
  }

  /** Input rows of a strip. */
  private int rows() {
    return (strip - 1) * stride + span;
  }

  @Override
  public Stmt each(Expr n, Body body) {
    return Loops.each(
        "strip",
        Loops.ceilDiv(outHeight, strip),
        s -> {
          Expr at = Exprs.mul(s, strip);
          Expr first = outHeight % strip == 0 ? at : Exprs.min(at, Exprs.intLit(outHeight - strip));
          if (copy == null) {
            Expr row = Exprs.add(Exprs.mul(n, height), Exprs.mul(first, stride));
            return body.apply(first, Exprs.mul(row, pitch()));
          }
          Var row = new Var("firstRow", LoopType.INT);
          return Stmts.block(
              Stmts.local(row, first),
              lay(copy, n, Exprs.ref(row)),
              body.apply(Exprs.ref(row), Exprs.intLit(0)));
        });
  }

  private Stmt lay(Buffer to, Expr n, Expr first) {
    if (rowElements >= LoopType.MOST_LANES) {
      return RowPadding.call(
          to,
          Exprs.intLit(0),
          pitch(),
          x,
          Exprs.mul(n, height * rowElements),
          Exprs.add(Exprs.mul(first, stride), -top),
          rows(),
          height,
          before,
          rowElements,
          after);
    }
    Expr zero = Exprs.literal(LoopType.of(to.dtype()), 0);
    return Loops.each(
        "r",
        rows(),
        r -> {
          Var row = new Var("row", LoopType.INT);
          Expr at = Exprs.mul(r, pitch());
          Expr from = Exprs.mul(Exprs.add(Exprs.mul(n, height), Exprs.ref(row)), rowElements);
          List<Stmt> inside = new ArrayList<>();
          if (before > 0) {
            inside.add(Stmts.fill(to, at, Exprs.intLit(before), zero));
          }
          inside.add(Stmts.copy(x, from, to, Exprs.add(at, before), Exprs.intLit(rowElements)));
          if (after > 0) {
            inside.add(
                Stmts.fill(to, Exprs.add(at, before + rowElements), Exprs.intLit(after), zero));
          }
          return Stmts.block(
              Stmts.local(row, Exprs.add(Exprs.add(Exprs.mul(first, stride), r), -top)),
              Stmts.when(
                  Exprs.and(
                      Exprs.ge(Exprs.ref(row), Exprs.intLit(0)),
                      Exprs.lt(Exprs.ref(row), Exprs.intLit(height))),
                  Stmts.block(inside),
                  Stmts.fill(to, at, Exprs.intLit(pitch()), zero)));
        });
  }
}
