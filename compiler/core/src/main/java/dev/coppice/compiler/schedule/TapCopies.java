package dev.coppice.compiler.schedule;

import dev.coppice.compiler.ir.KernelBuilder;
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
 * Copies what each kernel element meets in a tile of the output into a scratch plane of its own.
 * The input rows of the tile are first laid out with their padding, once per input channel; with
 * stride s, as s x s phases (every s-th row and column), so that each tap is one contiguous run of
 * one phase. With stride 1 the zeros right of a row serve as the zeros left of the next. Where rows
 * keep their length no layout is needed ({@link WrappedTap}). Where sums read taps in place, the
 * layout is all there is.
 */
final class TapCopies {
  private final ConvGeometry g;
  private final PlaneTiling tiling;
  private final Axis rows;
  private final Axis columns;
  private final int stride;
  private final boolean inPlace;
  private final List<Buffer> phases = new ArrayList<>();

  TapCopies(ConvGeometry g, KernelBuilder k, PlaneTiling tiling, boolean inPlace) {
    this.g = g;
    this.tiling = tiling;
    this.rows = rowAxis(g);
    this.columns = columnAxis(g);
    this.stride = tiling.rowStride();
    this.inPlace = inPlace;
    if (!inPlace && !tiling.isStraight() && !direct() && !WrappedTap.applies(g)) {
      int phaseRows = tiling.tileRows() + rows.reach();
      phases.add(
          k.scratchRows(
              "phase",
              g.dtype(),
              rows.phases() * columns.phases(),
              phaseRows * stride + columns.reach()));
    }
  }

  private static Axis rowAxis(ConvGeometry g) {
    return g.spatial() == 1 ? new Axis(1, 1, 1, 0, 1, 1) : Axis.of(g, 0);
  }

  private static Axis columnAxis(ConvGeometry g) {
    return Axis.of(g, g.spatial() - 1);
  }

  /** Distance of output rows in a scratch plane. */
  static int rowStride(ConvGeometry g) {
    Axis c = columnAxis(g);
    if (isDirect(g) || WrappedTap.applies(g)) {
      return c.out;
    }
    return paddedStride(g);
  }

  /** Distance of the rows of a padded input, or of a phase of it. */
  static int paddedStride(ConvGeometry g) {
    Axis c = columnAxis(g);
    // Stride 1: neighbouring rows share their zeros. Otherwise every row of a phase has its own.
    return c.stride == 1
        ? Math.max(c.out, c.in + Math.max(c.pad, c.overhang()))
        : c.out + c.reach();
  }

  /** Whether there is one tap without padding, whose places are copied without a detour. */
  private static boolean isDirect(ConvGeometry g) {
    return g.taps() == 1 && g.pads().stream().allMatch(p -> p == 0);
  }

  private boolean direct() {
    return isDirect(g);
  }

  /**
   * Copies what the taps of one input channel meet in the tile into rows {@code p[first ..]},
   * {@link #planes()} of them.
   *
   * @param plane where the channel starts in x
   * @param t first output row of the tile
   * @param count output rows of the tile
   * @param length places of the tile
   */
  Stmt copy(Buffer x, Buffer p, Expr plane, Expr first, Expr t, Expr count, Expr length) {
    if (inPlace) {
      return layout(x, p, plane, first, t, count);
    }
    if (tiling.isStraight()) {
      return Stmts.copy(x, Exprs.add(plane, t), Exprs.row(p, first), Exprs.intLit(0), length);
    }
    if (direct()) {
      return strided(x, Exprs.row(p, first), plane, t, count);
    }
    if (WrappedTap.applies(g)) {
      return eachTap((i, j) -> wrapped(x, p, plane, first, t, count, i, j));
    }
    Buffer phase = phases.get(0);
    return Stmts.block(
        layout(x, phase, plane, Exprs.intLit(0), t, count),
        eachTap((i, j) -> tap(phase, p, first, i, j, length)));
  }

  /** Lays what a tile meets of one input channel out in phases, the rows {@code p[first ..]}. */
  private Stmt layout(Buffer x, Buffer p, Expr plane, Expr first, Expr t, Expr count) {
    List<Stmt> body = new ArrayList<>();
    for (int a = 0; a < rows.phases(); a++) {
      for (int b = 0; b < columns.phases(); b++) {
        Array to = Exprs.row(p, Exprs.add(first, a * columns.phases() + b));
        body.add(phase(x, to, a, b, plane, t, count));
      }
    }
    return Stmts.block(body);
  }

  /** Planes that {@link #copy} fills for an input channel. */
  int planes() {
    return inPlace ? rows.phases() * columns.phases() : g.taps();
  }

  /** Elements of each plane that are filled beyond the places of a tile. */
  int reach() {
    // The last row is laid out whole, too, of which a tile has no more than its places.
    return inPlace ? (rows.reach() + 1) * stride + columns.reach() - columns.out : 0;
  }

  /** Where the taps are that are read in place. */
  RegisterTile.Taps places() {
    List<Integer> plane = new ArrayList<>();
    List<Integer> offset = new ArrayList<>();
    for (int i = 0; i < rows.kernel; i++) {
      for (int j = 0; j < columns.kernel; j++) {
        int down = i * rows.dilation;
        int right = j * columns.dilation;
        plane.add(down % rows.stride * columns.phases() + right % columns.stride);
        offset.add(down / rows.stride * stride + right / columns.stride);
      }
    }
    return new RegisterTile.Taps(planes(), plane, offset);
  }

  private interface TapBody {
    Stmt apply(Expr kh, Expr kw);
  }

  private Stmt eachTap(TapBody body) {
    return Loops.each(
        "kh", rows.kernel, i -> Loops.each("kw", columns.kernel, j -> body.apply(i, j)));
  }

  private Stmt wrapped(
      Buffer x, Buffer p, Expr plane, Expr first, Expr t, Expr count, Expr i, Expr j) {
    Expr row = Exprs.add(Exprs.add(t, Exprs.mul(i, rows.dilation)), -rows.pad);
    Expr shift = Exprs.add(Exprs.mul(j, columns.dilation), -columns.pad);
    return WrappedTap.copy(g, x, tapRow(p, first, i, j), plane, row, shift, count);
  }

  private Array tapRow(Buffer p, Expr first, Expr i, Expr j) {
    return Exprs.row(p, Exprs.add(first, Exprs.add(Exprs.mul(i, columns.kernel), j)));
  }

  private Stmt tap(Buffer phase, Buffer p, Expr first, Expr i, Expr j, Expr length) {
    Expr a = Exprs.rem(Exprs.mul(i, rows.dilation), Exprs.intLit(rows.stride));
    Expr b = Exprs.rem(Exprs.mul(j, columns.dilation), Exprs.intLit(columns.stride));
    Expr down = Exprs.div(Exprs.mul(i, rows.dilation), Exprs.intLit(rows.stride));
    Expr right = Exprs.div(Exprs.mul(j, columns.dilation), Exprs.intLit(columns.stride));
    Array from = Exprs.row(phase, Exprs.add(Exprs.mul(a, columns.phases()), b));
    Expr at = Exprs.add(Exprs.mul(down, stride), right);
    return Stmts.copy(from, at, tapRow(p, first, i, j), Exprs.intLit(0), length);
  }

  /**
   * Lays out phase (a, b) of the tile's input rows: row r holds input row {@code (t + r) * stride +
   * a - pad}, zero outside.
   */
  private Stmt phase(Buffer x, Array to, int a, int b, Expr plane, Expr t, Expr count) {
    Expr phaseRows = Exprs.add(count, rows.reach());
    List<Stmt> body = new ArrayList<>();
    Expr zero = Exprs.literal(LoopType.of(g.dtype()), 0);
    boolean holes = stride != columns.in || columns.padded() || rows.padded();
    if (holes) {
      Expr all = Exprs.add(Exprs.mul(phaseRows, stride), columns.reach());
      body.add(Stmts.fill(to, Exprs.intLit(0), all, zero));
    }
    Var ih = new Var("ih", LoopType.INT);
    Expr source = Exprs.add(plane, Exprs.mul(Exprs.ref(ih), columns.in));
    body.add(
        Loops.each(
            "r",
            phaseRows,
            r -> {
              Stmt row = row(x, to, source, Exprs.mul(r, stride), b);
              Expr inside =
                  Exprs.and(
                      Exprs.ge(Exprs.ref(ih), Exprs.intLit(0)),
                      Exprs.lt(Exprs.ref(ih), Exprs.intLit(rows.in)));
              boolean guarded = rows.padded() || rows.stride > 1;
              return Stmts.block(
                  Stmts.local(ih, Exprs.add(Exprs.mul(Exprs.add(t, r), rows.stride), a - rows.pad)),
                  guarded ? Stmts.when(inside, row) : row);
            }));
    return Stmts.block(body);
  }

  /** Copies the columns of phase {@code b} of one input row to {@code to[at ..]}. */
  private Stmt row(Buffer x, Array to, Expr source, Expr at, int b) {
    int s = columns.stride;
    // Phase column c is input column c * s + b - pad.
    int from = Math.max(0, Loops.ceilDiv(Math.max(0, columns.pad - b), s));
    int last = Math.floorDiv(columns.in - 1 + columns.pad - b, s);
    int end = s == 1 ? columns.in + columns.pad : Math.min(last + 1, stride);
    if (end <= from) {
      return Stmts.block(List.of());
    }
    Expr first = Exprs.add(source, from * s + b - columns.pad);
    if (s == 1) {
      return Stmts.copy(x, first, to, Exprs.add(at, from), Exprs.intLit(end - from));
    }
    return pick(x, to, first, Exprs.add(at, from), Exprs.intLit(end - from));
  }

  /**
   * Copies every stride-th element of {@code x} from {@code first} on to {@code to[at .. at + n)}.
   */
  private Stmt pick(Buffer x, Array to, Expr first, Expr at, Expr n) {
    Buffer source = Buffer.flat("x", x.dtype(), Buffer.Role.INPUT, x.length());
    Buffer o = Buffer.row("o", x.dtype(), Buffer.Role.OUTPUT, 0);
    Var from = new Var("first", LoopType.INT);
    Var start = new Var("at", LoopType.INT);
    Var count = new Var("n", LoopType.INT);
    Stmt body =
        Stmts.loop(
            "i",
            Exprs.intLit(0),
            Exprs.ref(count),
            1,
            Stmt.AxisKind.PARALLEL,
            i ->
                Stmts.store(
                    o,
                    Exprs.add(Exprs.ref(start), i),
                    Exprs.load(source, Exprs.add(Exprs.ref(from), Exprs.mul(i, columns.stride)))));
    Function f =
        new Function(
            "pick",
            "o[at + i] = x[first + " + columns.stride + " i].",
            List.of(source, o),
            List.of(from, start, count),
            body);
    return Stmts.invoke(f, List.of(x, to), List.of(first, at, n));
  }

  /** One tap without padding: every stride-th element of every stride-th row. */
  private Stmt strided(Buffer x, Array to, Expr plane, Expr t, Expr count) {
    return Loops.each(
        "r",
        count,
        r ->
            pick(
                x,
                to,
                Exprs.add(plane, Exprs.mul(Exprs.mul(Exprs.add(t, r), rows.stride), columns.in)),
                Exprs.mul(r, columns.out),
                Exprs.intLit(columns.out)));
  }

  /**
   * One spatial axis: output place o meets input place {@code o * stride + tap * dilation - pad}.
   */
  private record Axis(int in, int out, int stride, int pad, int kernel, int dilation) {
    static Axis of(ConvGeometry g, int axis) {
      return new Axis(
          g.in().get(axis),
          g.out().get(axis),
          g.strides().get(axis),
          g.pads().get(axis),
          g.kernel().get(axis),
          g.dilations().get(axis));
    }

    /** Phases that some tap falls into. */
    int phases() {
      return kernel == 1 ? 1 : stride;
    }

    /** Places of a phase beyond its own that the farthest tap reads. */
    int reach() {
      return (kernel - 1) * dilation / stride;
    }

    /** Places beyond the end that are read. */
    int overhang() {
      return Math.max(0, (out - 1) * stride + (kernel - 1) * dilation - pad - (in - 1));
    }

    boolean padded() {
      return pad > 0 || overhang() > 0;
    }
  }
}
