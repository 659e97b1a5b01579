package dev.coppice.compiler.schedule;

import dev.coppice.compiler.ir.Candidate;
import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Places;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.CostFigure;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.schedule.PanelTile.Start;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Reordered;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Convolution of channels side by side by {@link PanelTile}: an implicit matrix product of places
 * by channels, which reads the input where it is. Terms that lie side by side in the input, those
 * of a kernel row where there is one group and no dilation, are one run.
 */
final class PanelConv {
  private final ConvGeometry g;
  private final KernelBuilder k;
  private final PanelRuns runs;
  private final Panels panels;
  private final PaddedRows rows;
  private final int width;
  private final int tiledRows;
  private final boolean direct;
  private final boolean copied;
  private final Buffer y;
  private final int yStep;
  private final Buffer w;
  private final @Nullable Buffer bias;
  private final @Nullable Buffer offsets;
  private final @Nullable Buffer acc;

  private PanelConv(ConvGeometry g, KernelBuilder k) {
    this(g, k, new PaddedRows(g, k), k.outputPlaces("y"), g.isPointwise());
  }

  /**
   * One that stores to {@code y}.
   *
   * @param blocks whether places are taken in blocks of the batch, not row by row
   */
  private PanelConv(ConvGeometry g, KernelBuilder k, PaddedRows rows, Places y, boolean blocks) {
    this.g = g;
    this.k = k;
    this.rows = rows;
    this.y = y.buffer();
    this.yStep = y.step();
    this.runs = PanelRuns.of(g, rows.pitch());
    this.width =
        blocks ? PanelCost.of(k).block(g, k.target().threads()) : g.out().get(g.spatial() - 1);
    this.tiledRows = g.isPointwise() ? 1 : rows.strip();
    this.panels = PanelCost.of(k).best(g.groupOc(), width, tiledRows, runs.terms());
    boolean inRegisters = RegisterEpilogue.applies(k);
    this.direct = !panels.isPadded() && inRegisters;
    this.copied =
        panels.isPadded()
            && inRegisters
            && k.residuals().isEmpty()
            && k.channelConstants().isEmpty()
            && !PanelTile.isLong(RegisterEpilogue.of(k), PanelTile.mostPlaces(1));
    this.w = k.weights("w", packed(k.constant(1).orElseThrow()));
    this.bias = k.inputs() > 2 ? k.weights("b", roomy(k.constant(2).orElseThrow())) : null;
    this.offsets = runs.isTable() ? k.weights("offsets", runs.table()) : null;
    int room =
        panels.all().stream().mapToInt(p -> tiles(p).places() * p.width()).max().orElseThrow();
    this.acc = direct ? null : k.scratch("acc", DType.FLOAT32, room);
  }

  /** A pointwise convolution whose rows go to {@code y}, where {@link #rows} is told. */
  static PanelConv toRows(ConvGeometry g, KernelBuilder k, Places y) {
    return new PanelConv(g, k, new PaddedRows(g, k), y, false);
  }

  /** Whether there are registers, and weights and bias are known. */
  static boolean applies(ConvGeometry g, KernelBuilder k) {
    return k.target().vectorApi()
        && g.dtype() == DType.FLOAT32
        && g.spatial() <= 2
        && g.outputType().shape().size() > 0
        && g.groupC() * g.taps() > 0
        && k.constant(1).isPresent()
        && (k.inputs() < 3 || k.constant(2).isPresent());
  }

  static List<Candidate> candidates(ConvGeometry g, KernelBuilder k) {
    if (!applies(g, k)) {
      return List.of();
    }
    return List.of(
        new Candidate(
            "panels",
            nanos(g, PanelCost.of(k)),
            0,
            g.weightBytes(),
            () -> new PanelConv(g, k).kernel()));
  }

  /** Predicted nanoseconds. */
  static double nanos(ConvGeometry g, PanelCost cost) {
    int width = g.out().get(g.spatial() - 1);
    int height = g.n() * g.outPlane() / width;
    int terms = g.groupC() * g.taps();
    Panels panels = cost.best(g.groupOc(), width, height, terms);
    double each = PanelRuns.of(g, 0).isTable() ? cost.costs().get(CostFigure.TABLE) : 1;
    return cost.nanos(each * g.group() * cost.steps(panels, width, height, terms), g.weightBytes());
  }

  private PlaceTiles tiles(Panels.Alike panel) {
    return PlaceTiles.of(tiledRows, width, PanelTile.mostPlaces(panel.vectors()));
  }

  private Kernel kernel() {
    Stmt body =
        g.isPointwise()
            ? Loops.each(
                "block",
                g.n() * g.outPlane() / width,
                b -> groups(tiles -> tiles.apply(Exprs.mul(b, width), Exprs.mul(b, width * g.c()))))
            : Loops.each(
                "n",
                g.n(),
                n ->
                    rows.each(
                        n,
                        (first, from) -> {
                          int height = g.outPlane() / width;
                          Expr row = Exprs.add(Exprs.mul(n, height), first);
                          return groups(tiles -> tiles.apply(Exprs.mul(row, width), from));
                        }));
    String how = runs.isTable() ? ", terms by a table" : "";
    return k.build(
        "conv", ConvSchedules.comment(g, "registers of channels side by side" + how), body);
  }

  /**
   * Rows {@code [from, end)} of image {@code n}, of a convolution made by {@link #toRows}.
   *
   * @param place which place of y the first place of a row is
   */
  Stmt rows(Expr n, Expr from, Expr end, UnaryOperator<Expr> place) {
    int height = g.outPlane() / width;
    return groups(
        tiles ->
            Stmts.loop(
                "row",
                from,
                end,
                1,
                Stmt.AxisKind.PARALLEL,
                r -> {
                  Expr row = Exprs.add(Exprs.mul(n, height), r);
                  return tiles.apply(place.apply(r), Exprs.mul(row, width * g.c()));
                }));
  }

  /** Nanoseconds of all rows of a convolution made by {@link #toRows}. */
  static double nanosOfRows(ConvGeometry g, PanelCost cost) {
    int width = g.out().get(g.spatial() - 1);
    Panels panels = cost.best(g.oc(), width, 1, g.c());
    double rows = (double) g.n() * g.outPlane() / width;
    return cost.nanos(rows * cost.steps(panels, width, 1, g.c()), g.weightBytes());
  }

  /** The tiles of a panel: of places from {@code place} on whose input is at {@code from}. */
  private interface Tiles {
    Stmt apply(Expr place, Expr from);
  }

  /** All channels of what {@code places} applies the tiles of each panel to. */
  private Stmt groups(Function<Tiles, Stmt> places) {
    return Loops.each(
        "g",
        g.group(),
        group -> {
          List<Stmt> body = new ArrayList<>();
          int packed = 0;
          for (Panels.Alike panel : panels.all()) {
            int at = packed;
            body.add(
                Loops.each(
                    "panel",
                    panel.count(),
                    p -> places.apply((place, from) -> panel(panel, group, p, at, place, from))));
            packed += panel.width() * panel.count();
          }
          return Stmts.block(body);
        });
  }

  /** Panel {@code p} of those alike; columns before them are {@code packed}. */
  private Stmt panel(Panels.Alike panel, Expr group, Expr p, int packed, Expr place, Expr from) {
    Expr column = Exprs.add(Exprs.mul(p, panel.width()), panel.first());
    Expr channel = Exprs.add(Exprs.mul(group, g.groupOc()), column);
    Expr inW =
        Exprs.mul(
            Exprs.add(
                Exprs.mul(group, panels.computed()),
                Exprs.add(Exprs.mul(p, panel.width()), packed)),
            runs.terms());
    int step = g.strides().get(g.spatial() - 1) * g.c();
    int pitch = rows.pitch() * (g.spatial() == 2 ? g.strides().get(0) : 1);
    return tiles(panel)
        .each(
            (row, at) -> {
              Expr first = Exprs.add(place, Exprs.add(Exprs.mul(row, width), at));
              Expr inX =
                  Exprs.add(
                      Exprs.add(from, Exprs.mul(group, g.groupC())),
                      Exprs.add(Exprs.mul(row, pitch), Exprs.mul(at, step)));
              return tile(panel, first, channel, inX, step, pitch, inW);
            });
  }

  private Stmt tile(
      Panels.Alike panel, Expr place, Expr channel, Expr inX, int step, int pitch, Expr inW) {
    if (direct) {
      Expr inY = Exprs.add(Exprs.mul(place, yStep), channel);
      return sums(panel, y, inY, yStep, channel, inX, step, pitch, inW);
    }
    Buffer sums = Objects.requireNonNull(acc);
    Expr inResult = Exprs.add(Exprs.mul(place, yStep), channel);
    if (copied
        && yStep == g.oc()
        && g.group() == 1
        && (runs.isTable() || runs.offsets().size() == 1)) {
      // What a place stores beyond its channels is overwritten by the next.
      return Stmts.block(
          sums(panel, sums, Exprs.intLit(0), yStep, channel, inX, step, pitch, inW),
          Stmts.copy(
              sums, Exprs.intLit(0), y, inResult, Exprs.intLit(tiles(panel).places() * yStep)));
    }
    if (copied) {
      return Stmts.block(
          sums(panel, sums, Exprs.intLit(0), panel.width(), channel, inX, step, pitch, inW),
          Loops.each(
              "p",
              tiles(panel).places(),
              p ->
                  Stmts.copy(
                      sums,
                      Exprs.mul(p, panel.width()),
                      y,
                      Exprs.add(inResult, Exprs.mul(p, yStep)),
                      Exprs.intLit(g.groupOc()))));
    }
    return Stmts.block(
        sums(panel, sums, Exprs.intLit(0), panel.width(), channel, inX, step, pitch, inW),
        TileFinish.of(
            k,
            sums,
            panel.width(),
            y,
            inResult,
            yStep,
            tiles(panel).places(),
            channel,
            Math.min(panel.width(), g.groupOc())));
  }

  /** The sums of a tile over all runs, to {@code to}. */
  private Stmt sums(
      Panels.Alike panel,
      Buffer to,
      Expr at,
      int yStep,
      Expr channel,
      Expr inX,
      int step,
      int pitch,
      Expr inW) {
    PlaceTiles tiles = tiles(panel);
    Start start = bias == null ? Start.ZERO : Start.BIAS;
    RegisterEpilogue epilogue =
        (direct || copied) && k.hasEpilogue() ? RegisterEpilogue.of(k) : null;
    int count = runs.isTable() ? 1 : runs.offsets().size();
    int terms = runs.terms() / count;
    RunBody run =
        (r, from, end) ->
            new PanelTile(
                    tiles.places(),
                    tiles.tileWidth(),
                    panel.vectors(),
                    step,
                    pitch,
                    from,
                    runs.isTable(),
                    end)
                .call(
                    new PanelOperands(
                        to,
                        at,
                        Exprs.intLit(yStep),
                        rows.source(),
                        runs.isTable() ? inX : Exprs.add(inX, runs.offset(r)),
                        w,
                        Exprs.add(inW, Exprs.mul(Exprs.mul(r, terms), panel.width())),
                        Exprs.intLit(terms),
                        bias,
                        channel,
                        offsets));
    List<Stmt> body = new ArrayList<>();
    body.add(run.apply(Exprs.intLit(0), start, count == 1 ? epilogue : null));
    if (count == 3) {
      body.add(run.apply(Exprs.intLit(1), Start.RESULT, null));
    } else if (count > 3) {
      body.add(
          Stmts.loop(
              "run",
              Exprs.intLit(1),
              Exprs.intLit(count - 1),
              1,
              Stmt.AxisKind.REDUCE,
              r -> run.apply(r, Start.RESULT, null)));
    }
    if (count > 1) {
      body.add(run.apply(Exprs.intLit(count - 1), Start.RESULT, epilogue));
    }
    return Stmts.block(body);
  }

  private interface RunBody {
    Stmt apply(Expr run, Start start, @Nullable RegisterEpilogue epilogue);
  }

  /** Weights in reading order: [group, panel, kernel place, input channel, channel of panel]. */
  private Reordered packed(Tensor weights) {
    int[] order =
        panels.order(
            runs.terms(),
            (oc, t) -> (oc * g.groupC() + t % g.groupC()) * g.taps() + t / g.groupC());
    int perGroup = g.groupOc() * g.groupC() * g.taps();
    return Packing.gather(
        weights,
        g.group() * order.length,
        i -> {
          int from = order[i % order.length];
          return from < 0 ? -1 : i / order.length * perGroup + from;
        });
  }

  /** The bias with room for a register beyond its end. */
  private Reordered roomy(Tensor b) {
    return Packing.gather(b, g.oc() + LoopType.MOST_LANES, i -> i < g.oc() ? i : -1);
  }
}
