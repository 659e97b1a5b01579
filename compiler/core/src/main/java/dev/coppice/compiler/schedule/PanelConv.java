package dev.coppice.compiler.schedule;

import dev.coppice.compiler.ir.Candidate;
import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.schedule.PanelTile.Start;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Convolution of channels side by side by {@link PanelTile}: an implicit matrix product of places
 * by channels, which reads the input where it is. Terms that lie side by side in the input, those
 * of a kernel row where there is one group and no dilation, are one run.
 */
final class PanelConv {
  /** Shorter runs are read by a table: a call for each would cost more than it computes. */
  private static final int SHORTEST_RUN = 32;

  private final ConvGeometry g;
  private final KernelBuilder k;
  private final Runs runs;
  private final Panels panels;
  private final PaddedRows rows;
  private final boolean oneRow;
  private final int block;
  private final boolean direct;
  private final boolean copied;
  private final Buffer y;
  private final Buffer w;
  private final @Nullable Buffer bias;
  private final @Nullable Buffer offsets;
  private final @Nullable Buffer acc;

  private PanelConv(ConvGeometry g, KernelBuilder k) {
    this.g = g;
    this.k = k;
    this.rows = new PaddedRows(g, k);
    this.runs = Runs.of(g, rows.pitch());
    this.oneRow = g.isPointwise();
    this.block = PanelCost.block(g);
    this.panels = PanelCost.best(g.groupOc(), width(), tiledRows(), runs.terms());
    boolean inRegisters = RegisterEpilogue.applies(k);
    this.direct = !panels.isPadded() && inRegisters;
    this.copied =
        panels.isPadded()
            && inRegisters
            && k.residuals().isEmpty()
            && k.channelConstants().isEmpty();
    this.y = k.output(0, "y");
    this.w = k.weights("w", packed(k.constant(1).orElseThrow()));
    this.bias = k.inputs() > 2 ? k.weights("b", roomy(k.constant(2).orElseThrow())) : null;
    this.offsets = runs.isTable() ? k.weights("offsets", runs.table()) : null;
    int room =
        panels.all().stream().mapToInt(p -> tiles(p).places() * p.width()).max().orElseThrow();
    this.acc = direct ? null : k.scratch("acc", DType.FLOAT32, room);
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
        new Candidate("panels", nanos(g), 0, g.weightBytes(), () -> new PanelConv(g, k).kernel()));
  }

  private static double nanos(ConvGeometry g) {
    int width = g.out().get(g.spatial() - 1);
    int height = g.n() * g.outPlane() / width;
    int terms = g.groupC() * g.taps();
    Panels panels = PanelCost.best(g.groupOc(), width, height, terms);
    return PanelCost.nanos(
        g.group() * PanelCost.cycles(panels, width, height, terms), g.weightBytes());
  }

  /** Places of a row of tiles: a block of the batch if every place is read by itself. */
  private int width() {
    return oneRow ? block : g.out().get(g.spatial() - 1);
  }

  private int tiledRows() {
    return oneRow ? 1 : rows.strip();
  }

  private PlaceTiles tiles(Panels.Alike panel) {
    return PlaceTiles.of(tiledRows(), width(), PanelTile.mostPlaces(panel.vectors()));
  }

  private Kernel kernel() {
    Stmt body =
        oneRow
            ? Loops.each(
                "block",
                g.n() * g.outPlane() / block,
                b -> groups(Exprs.mul(b, block), Exprs.mul(b, block * g.c())))
            : Loops.each(
                "n",
                g.n(),
                n ->
                    rows.each(
                        n,
                        (first, from) -> {
                          int height = g.outPlane() / width();
                          Expr row = Exprs.add(Exprs.mul(n, height), first);
                          return groups(Exprs.mul(row, width()), from);
                        }));
    String how = runs.isTable() ? ", terms by a table" : "";
    return k.build(
        "conv", ConvSchedules.comment(g, "registers of channels side by side" + how), body);
  }

  /** All channels of a strip whose places begin at {@code place}; its input is at {@code from}. */
  private Stmt groups(Expr place, Expr from) {
    return Loops.each(
        "g",
        g.group(),
        group -> {
          List<Stmt> body = new ArrayList<>();
          int packed = 0;
          for (Panels.Alike panel : panels.all()) {
            int at = packed;
            body.add(
                Loops.each("panel", panel.count(), p -> panel(panel, group, p, at, place, from)));
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
              Expr first = Exprs.add(place, Exprs.add(Exprs.mul(row, width()), at));
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
      Expr inY = Exprs.add(Exprs.mul(place, g.oc()), channel);
      return sums(panel, y, inY, g.oc(), channel, inX, step, pitch, inW);
    }
    Buffer sums = Objects.requireNonNull(acc);
    Expr inResult = Exprs.add(Exprs.mul(place, g.oc()), channel);
    if (copied && g.group() == 1 && (runs.isTable() || runs.offsets().size() == 1)) {
      // What a place stores beyond its channels is overwritten by the next.
      return Stmts.block(
          sums(panel, sums, Exprs.intLit(0), g.oc(), channel, inX, step, pitch, inW),
          Stmts.copy(
              sums, Exprs.intLit(0), y, inResult, Exprs.intLit(tiles(panel).places() * g.oc())));
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
                      Exprs.add(inResult, Exprs.mul(p, g.oc())),
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
            g.oc(),
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
                    tiles.places(), tiles.tileWidth(), panel.vectors(), from, runs.isTable(), end)
                .call(
                    new PanelTile.Operands(
                        to,
                        at,
                        Exprs.intLit(yStep),
                        rows.source(),
                        runs.isTable() ? inX : Exprs.add(inX, runs.offset(r)),
                        Exprs.intLit(step),
                        Exprs.intLit(pitch),
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

  /**
   * The terms of a sum.
   *
   * @param offsets where in the input each run begins
   * @param length terms of a run, which lie side by side
   * @param perRow runs of a kernel row
   * @param down distance of the runs of two kernel rows
   * @param right distance of two runs of a kernel row
   */
  private record Runs(List<Integer> offsets, int length, int perRow, int down, int right) {
    static Runs of(ConvGeometry g, int pitch) {
      int last = g.spatial() - 1;
      int columns = g.kernel().get(last);
      boolean whole = g.group() == 1 && g.dilations().get(last) == 1;
      int perRow = whole ? 1 : columns;
      int down = g.spatial() == 2 ? g.dilations().get(0) * pitch : 0;
      int right = g.dilations().get(last) * g.c();
      List<Integer> offsets =
          IntStream.range(0, g.taps() / columns * perRow)
              .mapToObj(r -> r / perRow * down + r % perRow * right)
              .toList();
      return new Runs(offsets, g.groupC() * (whole ? columns : 1), perRow, down, right);
    }

    int terms() {
      return offsets.size() * length;
    }

    boolean isTable() {
      return offsets.size() > 1 && length < SHORTEST_RUN;
    }

    Tensor table() {
      return Tensor.fromLongs(
          TensorType.of(DType.INT32, terms()), t -> offsets.get(t / length) + t % length);
    }

    Expr offset(Expr run) {
      if (run instanceof Expr.Literal l) {
        return Exprs.intLit(offsets.get((int) l.bits()));
      }
      return perRow == 1
          ? Exprs.mul(run, down)
          : Exprs.add(
              Exprs.mul(Exprs.div(run, Exprs.intLit(perRow)), down),
              Exprs.mul(Exprs.rem(run, Exprs.intLit(perRow)), right));
    }
  }

  /** Weights in reading order: [group, panel, kernel place, input channel, channel of panel]. */
  private Tensor packed(Tensor weights) {
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
  private Tensor roomy(Tensor b) {
    return Packing.gather(b, g.oc() + LoopType.MOST_LANES, i -> i < g.oc() ? i : -1);
  }
}
