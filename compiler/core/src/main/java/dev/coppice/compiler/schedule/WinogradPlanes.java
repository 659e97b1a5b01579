package dev.coppice.compiler.schedule;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.loop.Array;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Costs;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Function;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.loop.Var;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * The transformations of {@link Winograd} for all tiles of a strip of the output plane. Element (i,
 * j) of the tiles is a plane of its own, in which tiles lie row by row, with one undefined element
 * between rows. The input is laid out in m x m phases, every m-th row and column, so that an
 * element of the tiles is a run of a phase.
 */
final class WinogradPlanes {
  private final ConvGeometry g;
  private final int m;
  private final int n;
  private final PlaneMap input;
  private final PlaneMap output;
  private final PlaneTiling tiling;
  private final PlaneTiling results;
  private final TapCopies taps;
  private final Buffer phases;
  private final Buffer shifted;
  private final Buffer halves;
  private final Buffer result;
  private final Buffer spare;

  /** The transformations of strips of tiles, as {@code strips} cuts them. */
  WinogradPlanes(ConvGeometry g, KernelBuilder k, Winograd matrices, PlaneTiling strips) {
    this.g = g;
    this.m = matrices.outputs();
    this.n = matrices.inputs();
    this.input = new PlaneMap(matrices.input());
    this.output = new PlaneMap(matrices.output());
    this.tiling = strips;
    this.taps = strips.taps(tiles(g, matrices), k, true);
    int rows = strips.tileRows() * m;
    int width = Loops.ceilDiv(g.out().get(1), m) * m;
    this.results = PlaneTiling.rows(g, rows, width);
    int room = strips.tileLength() + taps.reach();
    this.phases = k.scratchRows("phases", g.dtype(), m * m, room);
    this.shifted = k.scratchRows("shifted", g.dtype(), n - m, room);
    this.halves = k.scratchRows("halves", g.dtype(), n * m, room);
    this.result = k.scratchRows("result", g.dtype(), 1, rows * width);
    this.spare = k.scratchRows("spare", g.dtype(), Math.max(1, k.residuals().size()), rows * width);
  }

  /**
   * A convolution whose output places are the tiles of {@code g}, and whose taps their elements.
   */
  static ConvGeometry tiles(ConvGeometry g, Winograd matrices) {
    int m = matrices.outputs();
    int n = matrices.inputs();
    return new ConvGeometry(
        g.dtype(),
        g.n(),
        g.c(),
        g.oc(),
        1,
        g.in(),
        List.of(n, n),
        List.of(m, m),
        g.pads(),
        List.of(1, 1),
        g.out().stream().map(d -> Loops.ceilDiv(d, m)).toList());
  }

  /**
   * Transforms the tiles of an input channel: element (i, j) to row {@code first + (i * n + j) *
   * step} of {@code to}.
   *
   * @param plane where the channel starts in x
   * @param t first row of tiles
   * @param rows rows of tiles
   * @param length elements of a plane of the strip
   */
  Stmt input(
      Buffer x, Buffer to, Expr first, int step, Expr plane, Expr t, Expr rows, Expr length) {
    Expr zero = zero();
    // The horizontal transformation reads one element beyond the last tile.
    Expr wider = Exprs.add(length, 1);
    Expr down = Exprs.intLit(tiling.rowStride());
    List<Stmt> body = new ArrayList<>();
    body.add(taps.copy(x, phases, plane, Exprs.intLit(0), t, rows, length));
    body.add(
        Loops.each(
            "j",
            m,
            j -> {
              List<Stmt> column = new ArrayList<>();
              for (int i = m; i < n; i++) {
                column.add(shift(Exprs.row(phases, Exprs.add(j, (i - m) * m)), down, i, wider));
              }
              IntFunction<Array> rowsOf =
                  i -> i < m ? Exprs.row(phases, Exprs.add(j, i * m)) : shifted(i);
              IntFunction<Array> half = i -> Exprs.row(halves, Exprs.add(j, i * m));
              column.add(input.apply(rowsOf, half, zero, wider));
              return Stmts.block(column);
            }));
    body.add(
        Loops.each(
            "i",
            n,
            i -> {
              Expr at = Exprs.mul(i, m);
              List<Stmt> row = new ArrayList<>();
              for (int j = m; j < n; j++) {
                row.add(shift(Exprs.row(halves, Exprs.add(at, j - m)), Exprs.intLit(1), j, length));
              }
              IntFunction<Array> columnsOf =
                  j -> j < m ? Exprs.row(halves, Exprs.add(at, j)) : shifted(j);
              IntFunction<Array> element =
                  j ->
                      Exprs.row(
                          to, Exprs.add(first, Exprs.mul(Exprs.add(Exprs.mul(i, n), j), step)));
              row.add(input.apply(columnsOf, element, zero, length));
              return Stmts.block(row);
            }));
    return Stmts.block(body);
  }

  private Stmt shift(Array from, Expr by, int element, Expr length) {
    return Stmts.copy(from, by, shifted(element), Exprs.intLit(0), length);
  }

  private Array shifted(int element) {
    return Exprs.row(shifted, Exprs.intLit(element - m));
  }

  private Expr zero() {
    return Exprs.literal(LoopType.of(g.dtype()), 0);
  }

  /**
   * Transforms the sums of an output channel back, whose element (i, j) is row {@code first + (i *
   * n + j) * step} of {@code from}, and delivers them.
   *
   * @param bias added to each result
   * @param channel where the channel starts in y
   * @param constants values of the channel constants of the epilogue
   */
  Stmt output(
      KernelBuilder k,
      Buffer from,
      Expr first,
      int step,
      Expr bias,
      Buffer y,
      Expr channel,
      List<Expr> constants,
      Expr t,
      Expr rows,
      Expr length) {
    List<Stmt> body = new ArrayList<>();
    body.add(
        Loops.each(
            "j",
            n,
            j ->
                output.apply(
                    i -> Exprs.row(from, Exprs.add(first, Exprs.mul(Exprs.add(j, i * n), step))),
                    i -> Exprs.row(halves, Exprs.add(j, i * n)),
                    zero(),
                    length)));
    body.add(
        Loops.each(
            "i",
            m,
            i ->
                output.apply(
                    j -> Exprs.row(halves, Exprs.add(Exprs.mul(i, n), j)),
                    j -> Exprs.row(phases, Exprs.add(Exprs.mul(i, m), j)),
                    bias,
                    length)));
    int width = results.rowStride();
    body.add(Loops.each("i", m, i -> interleave(i, rows)));
    Var top = new Var("top", LoopType.INT);
    Var height = new Var("height", LoopType.INT);
    body.add(Stmts.local(top, Exprs.mul(t, m)));
    body.add(
        Stmts.local(
            height,
            Exprs.min(
                Exprs.mul(rows, m), Exprs.sub(Exprs.intLit(g.out().get(0)), Exprs.ref(top)))));
    Expr all = Exprs.mul(Exprs.ref(height), width);
    Array plane = Exprs.row(result, Exprs.intLit(0));
    body.add(
        Finish.plane(
            k,
            plane,
            null,
            constants,
            spare,
            (residual, to) ->
                results.fetch(residual, to, channel, Exprs.ref(top), Exprs.ref(height), all),
            results.deliver(plane, y, channel, Exprs.ref(top), Exprs.ref(height), all),
            all));
    return Stmts.block(body);
  }

  /** Puts the results (i, 0), (i, 1), ... of all tiles side by side. */
  private Stmt interleave(Expr i, Expr rows) {
    List<Array> planes = new ArrayList<>(List.of(Exprs.row(result, Exprs.intLit(0))));
    for (int j = 0; j < m; j++) {
      planes.add(Exprs.row(phases, Exprs.add(Exprs.mul(i, m), j)));
    }
    int width = results.rowStride();
    Function interleave = interleaving();
    return Loops.each(
        "r",
        rows,
        r ->
            Stmts.invoke(
                interleave,
                planes,
                List.of(
                    Exprs.mul(Exprs.add(Exprs.mul(r, m), i), width),
                    Exprs.mul(r, tiling.rowStride()),
                    Exprs.intLit(width / m))));
  }

  private Function interleaving() {
    Buffer o = Buffer.row("o", g.dtype(), Buffer.Role.OUTPUT, 0);
    List<Buffer> planes =
        IntStream.range(0, m)
            .mapToObj(j -> Buffer.row("p" + j, g.dtype(), Buffer.Role.INPUT, 0))
            .toList();
    Var at = new Var("at", LoopType.INT);
    Var from = new Var("from", LoopType.INT);
    Var count = new Var("n", LoopType.INT);
    List<Buffer> arrays = new ArrayList<>(List.of(o));
    arrays.addAll(planes);
    Stmt body =
        Loops.each(
            "i",
            Exprs.ref(count),
            i -> {
              List<Stmt> stores = new ArrayList<>();
              for (int j = 0; j < m; j++) {
                Expr to = Exprs.add(Exprs.add(Exprs.ref(at), Exprs.mul(i, m)), j);
                Expr value = Exprs.load(planes.get(j), Exprs.add(Exprs.ref(from), i));
                stores.add(Stmts.store(o, to, value));
              }
              return Stmts.block(stores);
            });
    return new Function(
        "interleave" + m,
        "o[at + " + m + " i + j] = pj[from + i].",
        arrays,
        List.of(at, from, count),
        body);
  }

  /** Predicted nanoseconds of {@link #input} of all channels. */
  static double inputNanos(ConvGeometry g, Winograd matrices, PlaneTiling strips, Costs costs) {
    int m = matrices.outputs();
    int n = matrices.inputs();
    int length = strips.tileLength();
    PlaneMap map = new PlaneMap(matrices.input());
    double laid = (double) m * m * length;
    double rows = (double) (strips.tileRows() + 1) * m * m;
    double copies = (n - m) * (n + m) * (costs.call() + costs.copy() * length);
    double strip =
        laid * (costs.strided() + costs.copy())
            + rows * costs.call()
            + copies
            + (n + m) * map.nanos(costs, length);
    return (double) g.n() * strips.count() * g.c() * strip;
  }

  /** Predicted nanoseconds of {@link #output} of all channels. */
  static double outputNanos(ConvGeometry g, Winograd matrices, PlaneTiling strips, Costs costs) {
    int m = matrices.outputs();
    int n = matrices.inputs();
    int length = strips.tileLength();
    PlaneMap map = new PlaneMap(matrices.output());
    double places = (double) m * m * length;
    double strip =
        (n + m) * map.nanos(costs, length)
            + places * (costs.strided() + 2 * costs.copy())
            + strips.tileRows() * m * costs.call();
    return (double) g.n() * strips.count() * g.oc() * strip;
  }
}
