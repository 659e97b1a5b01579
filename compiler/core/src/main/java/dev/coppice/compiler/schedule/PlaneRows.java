package dev.coppice.compiler.schedule;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.loop.Var;

/**
 * The rows of an input {@code [N, C, H, W]} that a strip of rows of the output reads, copied with
 * their padding: those of all channels one behind the other, then those of the next row.
 */
final class PlaneRows implements ConvRows {
  /** Elements of a copy that fit the first-level cache. */
  private static final int FITS = 12 * 1024;

  private final ConvGeometry g;
  private final int strip;
  private final Buffer x;
  private final Buffer copy;

  /**
   * Rows of the input of {@code g}, which has two spatial axes.
   *
   * @param planesK builder whose operand 0 is that input
   */
  PlaneRows(ConvGeometry g, KernelBuilder k, KernelBuilder planesK) {
    this.g = g;
    int fits = (FITS / pitch() - g.kernel().get(0)) / g.strides().get(0) + 1;
    this.strip = Loops.balanced(g.out().get(0), Math.max(1, fits));
    this.x = planesK.input(0, "x");
    this.copy = k.scratch("padded", g.dtype(), rows() * pitch());
  }

  /** Whether rows can be copied in registers. */
  static boolean applies(ConvGeometry g) {
    return g.spatial() == 2 && g.dilations().get(0) == 1 && g.in().get(1) >= LoopType.MOST_LANES;
  }

  /** Elements of a row of one channel. */
  int width() {
    return g.pads().get(1) + g.in().get(1) + g.pads().get(3);
  }

  @Override
  public int step() {
    return 1;
  }

  @Override
  public int pitch() {
    return g.c() * width();
  }

  @Override
  public int strip() {
    return strip;
  }

  @Override
  public Buffer source() {
    return copy;
  }

  /** Input rows of a strip. */
  private int rows() {
    return (strip - 1) * g.strides().get(0) + g.kernel().get(0);
  }

  @Override
  public Stmt each(Expr n, Body body) {
    int height = g.out().get(0);
    return Loops.each(
        "strip",
        Loops.ceilDiv(height, strip),
        s -> {
          Var first = new Var("firstRow", LoopType.INT);
          Expr at = Exprs.mul(s, strip);
          return Stmts.block(
              Stmts.local(
                  first, height % strip == 0 ? at : Exprs.min(at, Exprs.intLit(height - strip))),
              Loops.each("plane", g.c(), c -> plane(n, c, Exprs.ref(first))),
              body.apply(Exprs.ref(first), Exprs.intLit(0)));
        });
  }

  /** The rows of plane {@code c} for a strip that begins with output row {@code first}. */
  private Stmt plane(Expr n, Expr c, Expr first) {
    return RowPadding.call(
        copy,
        Exprs.mul(c, width()),
        pitch(),
        x,
        Exprs.mul(Exprs.add(Exprs.mul(n, g.c()), c), g.inPlane()),
        Exprs.add(Exprs.mul(first, g.strides().get(0)), -g.pads().get(0)),
        rows(),
        g.in().get(0),
        g.pads().get(1),
        g.in().get(1),
        g.pads().get(3));
  }
}
