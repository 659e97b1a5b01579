package dev.coppice.compiler.schedule;

import dev.coppice.compiler.ir.Candidate;
import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Places;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Costs;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Reordered;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Depthwise convolution of channels side by side by {@link DepthwiseTile}. Where a place has fewer
 * channels than a register has lanes, several neighbouring places are taken for one, with weights
 * that repeat.
 */
final class DepthwiseConv {

  private final ConvGeometry g;
  private final KernelBuilder k;
  private final ConvRows rows;
  private final int together;
  private final int channels;
  private final Row row;
  private final boolean direct;
  private final Places y;
  private final Buffer w;
  private final Buffer bias;
  private final @Nullable Buffer acc;

  private DepthwiseConv(ConvGeometry g, KernelBuilder k, ConvRows rows) {
    this.g = g;
    this.k = k;
    this.rows = rows;
    this.together = together(g);
    this.channels = together * g.c();
    this.row = Row.best(g, together, k.target().costs());
    this.direct = RegisterEpilogue.applies(k);
    this.y = together == 1 ? k.outputPlaces("y") : new Places(k.output(0, "y"), g.c());
    Tensor weights = k.constant(1).orElseThrow();
    this.w =
        k.weights(
            "w",
            Packing.reorder(
                weights, Shape.of(g.taps() * channels), i -> i % g.c() * g.taps() + i / channels));
    this.bias =
        k.weights(
            "b",
            k.inputs() > 2
                ? Packing.reorder(k.constant(2).orElseThrow(), Shape.of(channels), i -> i % g.c())
                : Reordered.identity(Tensor.splat(weights.type().with(Shape.of(channels)), 0)));
    this.acc = direct ? null : k.scratch("acc", DType.FLOAT32, row.tile.places() * channels);
  }

  /** Places that are taken for one: as many as fill whole registers. */
  private static int together(ConvGeometry g) {
    int together = 1;
    while (g.c() < LoopType.MOST_LANES && together * g.c() % LoopType.MOST_LANES > 0) {
      together++;
    }
    return together;
  }

  /**
   * How a row is computed.
   *
   * @param tile what a tile computes, with what is taken together as one place
   * @param tiles how the row is cut
   */
  private record Row(DepthwiseTile.Tile tile, EvenTiles tiles) {
    /** The fastest; null if there are too many taps to be written out. */
    static @Nullable Row of(ConvGeometry g, int together, Costs costs) {
      int last = g.spatial() - 1;
      int columns = g.kernel().get(last);
      DepthwiseTile.Tile one =
          new DepthwiseTile.Tile(
              1,
              g.taps() / columns,
              columns,
              g.strides().get(last) * together,
              g.dilations().get(last));
      int width = g.out().get(last);
      Row best = null;
      for (int p = 1; p * together <= width && one.of(p).fits(); p++) {
        Row row = new Row(one.of(p), EvenTiles.of(width, p * together));
        if (best == null || row.steps(costs) < best.steps(costs)) {
          best = row;
        }
      }
      return best;
    }

    static Row best(ConvGeometry g, int together, Costs costs) {
      return Objects.requireNonNull(of(g, together, costs));
    }

    /** Predicted steps of a register of channels. */
    double steps(Costs costs) {
      return tiles.count() * tile.steps(costs);
    }
  }

  /** Whether there are registers, and channels or places to fill one. */
  static boolean applies(ConvGeometry g, KernelBuilder k) {
    int last = g.spatial() - 1;
    boolean fills =
        g.c() >= LoopType.MOST_LANES
            || g.strides().get(last) == 1
                && g.out().get(last) >= together(g)
                && k.channelConstants().isEmpty();
    return PanelConv.applies(g, k)
        && g.group() == g.c()
        && g.oc() == g.c()
        && fills
        && Row.of(g, together(g), k.target().costs()) != null;
  }

  static List<Candidate> candidates(ConvGeometry g, KernelBuilder k) {
    if (!applies(g, k)) {
      return List.of();
    }
    return List.of(
        new Candidate(
            "taps written out",
            nanos(g, k) + PaddedRows.nanos(g, k),
            0,
            g.weightBytes(),
            () -> kernel(g, k, new PaddedRows(g, k), "taps written out")));
  }

  /** The kernel that reads {@code rows}. */
  static Kernel kernel(ConvGeometry g, KernelBuilder k, ConvRows rows, String how) {
    return new DepthwiseConv(g, k, rows).kernel(how);
  }

  /** Predicted nanoseconds once the rows are there. */
  static double nanos(ConvGeometry g, KernelBuilder k) {
    PanelCost cost = PanelCost.of(k);
    int together = together(g);
    Row row = Row.best(g, together, cost.costs());
    int registers = Loops.ceilDiv(together * g.c(), LoopType.MOST_LANES);
    double rows = (double) g.n() * g.outPlane() / g.out().get(g.spatial() - 1);
    return cost.nanos(registers * rows * row.steps(cost.costs()), g.weightBytes());
  }

  private int width() {
    return g.out().get(g.spatial() - 1);
  }

  private Kernel kernel(String how) {
    Stmt body =
        Loops.each(
            "n",
            g.n(),
            n ->
                rows.each(
                    n,
                    (first, from) -> {
                      int height = g.outPlane() / width();
                      return strip(Exprs.add(Exprs.mul(n, height), first), from);
                    }));
    return k.build(
        "conv", ConvSchedules.comment(g, "registers of channels side by side, " + how), body);
  }

  /** A strip whose first row is {@code first}, of the input at {@code from}. */
  private Stmt strip(Expr first, Expr from) {
    int height = rows.strip();
    return Loops.each(
        "tile",
        row.tiles.count(),
        t -> {
          Expr at = Exprs.mul(t, row.tiles.step());
          return acc == null
              ? sums(first, from, Exprs.intLit(0), at, height)
              : Loops.each("row", height, r -> finished(first, from, r, at));
        });
  }

  /** The tiles at {@code at} of {@code count} rows from {@code r} on. */
  private Stmt sums(Expr first, Expr from, Expr r, Expr at, int count) {
    boolean plane = g.spatial() == 2;
    int pitch = rows.pitch() * (plane ? g.strides().get(0) : 1);
    int stride = g.strides().get(g.spatial() - 1);
    DepthwiseTile.Steps steps =
        new DepthwiseTile.Steps(
            acc == null ? together * y.step() : channels,
            rows.step(),
            rows.pitch() * (plane ? g.dilations().get(0) : 1),
            y.step() * width(),
            pitch,
            channels);
    return new DepthwiseTile(
            row.tile, steps, count, direct && k.hasEpilogue() ? RegisterEpilogue.of(k) : null)
        .call(
            new DepthwiseTile.Operands(
                acc == null ? y.buffer() : acc,
                acc == null ? inY(first, r, at) : Exprs.intLit(0),
                rows.source(),
                Exprs.add(
                    Exprs.add(from, Exprs.mul(r, pitch)), Exprs.mul(at, stride * rows.step())),
                w,
                bias));
  }

  private Expr inY(Expr first, Expr r, Expr at) {
    return Exprs.mul(Exprs.add(Exprs.mul(Exprs.add(first, r), width()), at), y.step());
  }

  /** A tile with an epilogue that is none on registers. */
  private Stmt finished(Expr first, Expr from, Expr r, Expr at) {
    return Stmts.block(
        sums(first, from, r, at, 1),
        TileFinish.of(
            k,
            Objects.requireNonNull(acc),
            g.c(),
            y.buffer(),
            inY(first, r, at),
            y.step(),
            row.tile.places() * together,
            Exprs.intLit(0),
            g.c()));
  }
}
