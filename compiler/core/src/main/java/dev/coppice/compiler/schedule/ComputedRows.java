package dev.coppice.compiler.schedule;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Places;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.loop.Var;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * The rows of an input {@code [N, H, W, C]} that a strip of rows of the output reads, computed by a
 * pointwise convolution where they are read, so that they never leave the cache. A strip takes over
 * the last rows of the one before it. Alwani et al., Fused-Layer CNN Accelerators, 2016.
 */
final class ComputedRows implements ConvRows {
  /** Elements of a strip that fit the second-level cache beside weights and results. */
  private static final int FITS = 96 * 1024;

  /**
   * Bytes that two places must not be a multiple of apart: the same channels of some rows would
   * meet in a few sets of the first-level cache.
   */
  private static final int CONFLICT = 512;

  private final Sizes sizes;
  private final Buffer computed;
  private final PanelConv input;

  /**
   * Rows of the input of {@code g}, which {@code input} computes.
   *
   * @param inputK builder of what {@code input} is the geometry of
   */
  ComputedRows(ConvGeometry g, KernelBuilder k, ConvGeometry input, KernelBuilder inputK) {
    this.sizes = Sizes.of(g, fit(g, input).orElseThrow());
    this.computed = k.scratch("computed", g.dtype(), sizes.rows * sizes.pitch());
    this.input = PanelConv.toRows(input, inputK, new Places(computed, sizes.step()));
  }

  /** Whether {@code input} can be computed row by row, in strips that fit the cache. */
  static boolean applies(ConvGeometry g, ConvGeometry input, KernelBuilder inputK) {
    return g.spatial() == 2
        && input.isPointwise()
        && input.group() == 1
        && PanelConv.applies(input, inputK)
        && inputK.residuals().isEmpty()
        && fit(g, input).isPresent();
  }

  /** Predicted nanoseconds of the rows beyond what the input takes by itself. */
  static double nanos(ConvGeometry g, KernelBuilder k, ConvGeometry input) {
    Sizes s = Sizes.of(g, fit(g, input).orElseThrow());
    long moved = (long) g.n() * (s.strips() - 1) * s.kept * s.pitch() * g.dtype().bytes();
    PanelCost cost = PanelCost.of(k);
    return PanelConv.nanosOfRows(input, cost) - PanelConv.nanos(input, cost) + cost.copied(moved);
  }

  /**
   * Output rows of a strip: a divisor of all, so that each strip begins where the one before ended.
   */
  private static OptionalInt fit(ConvGeometry g, ConvGeometry input) {
    // Weights are read once for each strip: rows as large as they are cost no more.
    long most = Math.max(FITS, input.weightBytes() / g.dtype().bytes());
    int height = g.out().get(0);
    return IntStream.rangeClosed(1, height)
        .filter(strip -> height % strip == 0)
        .mapToObj(strip -> Sizes.of(g, strip))
        .filter(s -> (long) s.rows * s.pitch() <= most)
        .filter(s -> s.strips() == 1 || s.down >= Math.max(s.top, s.kept))
        .mapToInt(Sizes::strip)
        .max();
  }

  /**
   * Sizes in places, but for {@code step}.
   *
   * @param step elements from place to place: channels, and room where these are a power of two
   * @param height rows of the input
   * @param outHeight rows of the output
   * @param width places of an input row
   * @param before places of padding before a row
   * @param after places of padding after a row
   * @param top rows of padding above
   * @param strip output rows of a strip
   * @param rows input rows of a strip
   * @param down input rows between the beginnings of two strips
   * @param kept rows that a strip shares with the next
   */
  private record Sizes(
      int step,
      int height,
      int outHeight,
      int width,
      int before,
      int after,
      int top,
      int strip,
      int rows,
      int down,
      int kept) {
    static Sizes of(ConvGeometry g, int strip) {
      int stride = g.strides().get(0);
      int span = (g.kernel().get(0) - 1) * g.dilations().get(0) + 1;
      return new Sizes(
          step(g),
          g.in().get(0),
          g.out().get(0),
          g.in().get(1),
          g.pads().get(1),
          g.pads().get(3),
          g.pads().get(0),
          strip,
          (strip - 1) * stride + span,
          strip * stride,
          Math.max(0, span - stride));
    }

    private static int step(ConvGeometry g) {
      boolean conflict = g.c() * g.dtype().bytes() % CONFLICT == 0;
      return conflict ? g.c() + LoopType.MOST_LANES : g.c();
    }

    int paddedWidth() {
      return before + width + after;
    }

    int pitch() {
      return paddedWidth() * step;
    }

    int strips() {
      return outHeight / strip;
    }
  }

  @Override
  public int step() {
    return sizes.step;
  }

  @Override
  public int pitch() {
    return sizes.pitch();
  }

  @Override
  public int strip() {
    return sizes.strip;
  }

  @Override
  public Buffer source() {
    return computed;
  }

  @Override
  public Stmt each(Expr n, Body body) {
    List<Stmt> all = new ArrayList<>(sides());
    if (sizes.strips() == 1) {
      Expr zero = Exprs.intLit(0);
      all.add(zeros(zero, Exprs.intLit(sizes.top)));
      all.add(below(Exprs.intLit(-sizes.top)));
      all.add(rows(n, Exprs.intLit(-sizes.top), zero));
      all.add(body.apply(zero, zero));
      return Stmts.block(all);
    }
    all.add(
        Stmts.loop(
            "strip",
            Exprs.intLit(0),
            Exprs.intLit(sizes.strips()),
            1,
            Stmt.AxisKind.REDUCE,
            s -> strip(n, s, body)));
    return Stmts.block(all);
  }

  /** Zeros on both sides of every row, which stay there from strip to strip. */
  private List<Stmt> sides() {
    List<Stmt> sides = new ArrayList<>();
    int right = sizes.before + sizes.width;
    for (int[] side : new int[][] {{0, sizes.before}, {right, sizes.after}}) {
      if (side[1] > 0) {
        sides.add(
            Loops.each(
                "r",
                sizes.rows,
                r ->
                    Stmts.fill(
                        computed,
                        Exprs.add(Exprs.mul(r, pitch()), side[0] * sizes.step),
                        Exprs.intLit(side[1] * sizes.step),
                        Exprs.floatLit(0))));
      }
    }
    return sides;
  }

  private Stmt strip(Expr n, Expr s, Body body) {
    Var begin = new Var("begin", LoopType.INT);
    Var next = new Var("next", LoopType.INT);
    Expr isFirst = Exprs.eq(s, Exprs.intLit(0));
    return Stmts.block(
        Stmts.local(begin, Exprs.add(Exprs.mul(s, sizes.down), -sizes.top)),
        Stmts.local(
            next, Exprs.select(isFirst, Exprs.intLit(0), Exprs.add(Exprs.ref(begin), sizes.kept))),
        Stmts.when(isFirst, zeros(Exprs.intLit(0), Exprs.intLit(sizes.top))),
        sizes.kept == 0 ? Stmts.block() : Stmts.when(Exprs.not(isFirst), keep()),
        below(Exprs.ref(begin)),
        rows(n, Exprs.ref(begin), Exprs.ref(next)),
        body.apply(Exprs.mul(s, sizes.strip), Exprs.intLit(0)));
  }

  /** Moves the rows that the strip before has computed to where this one reads them. */
  private Stmt keep() {
    return Stmts.copy(
        computed,
        Exprs.intLit(sizes.down * pitch()),
        computed,
        Exprs.intLit(0),
        Exprs.intLit(sizes.kept * pitch()));
  }

  /** Zeros for the rows of a strip that are below the input. */
  private Stmt below(Expr begin) {
    Expr from = Exprs.min(Exprs.sub(Exprs.intLit(sizes.height), begin), Exprs.intLit(sizes.rows));
    return zeros(from, Exprs.sub(Exprs.intLit(sizes.rows), from));
  }

  private Stmt zeros(Expr row, Expr count) {
    return Stmts.fill(
        computed, Exprs.mul(row, pitch()), Exprs.mul(count, pitch()), Exprs.floatLit(0));
  }

  /** The rows from {@code next} on of the strip that begins with row {@code begin}. */
  private Stmt rows(Expr n, Expr begin, Expr next) {
    Expr end = Exprs.min(Exprs.add(begin, sizes.rows), Exprs.intLit(sizes.height));
    return input.rows(
        n,
        next,
        end,
        r ->
            Exprs.add(
                Exprs.mul(Exprs.sub(r, begin), sizes.paddedWidth()), Exprs.intLit(sizes.before)));
  }
}
