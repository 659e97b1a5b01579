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
import dev.coppice.compiler.loop.PlaceCopy;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Reordered;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Convolution of few input channels by {@link KernelRowTile}, whose input has the channels of each
 * place side by side, or is one of planes that would have to be transposed.
 */
final class KernelRowConv {
  private static final int MOST_VECTORS = 2;

  private final ConvGeometry g;
  private final KernelBuilder k;
  private final ConvRows rows;
  private final Order order;
  private final KernelRowTile.Tile tile;
  private final Places y;
  private final Buffer w;
  private final Buffer bias;
  private final @Nullable Buffer acc;

  private KernelRowConv(ConvGeometry g, KernelBuilder k, ConvRows rows, Order order) {
    this.g = g;
    this.k = k;
    this.rows = rows;
    this.order = order;
    this.tile = order.tile(g, k.target().costs()).orElseThrow();
    this.y = k.outputPlaces("y");
    this.w = k.weights("w", packed(k.constant(1).orElseThrow()));
    int lanes = Math.max(g.oc(), LoopType.MOST_LANES);
    this.bias =
        k.weights(
            "b",
            k.inputs() > 2
                ? Packing.gather(k.constant(2).orElseThrow(), lanes, i -> i < g.oc() ? i : -1)
                    .data()
                : Tensor.splat(k.constant(1).orElseThrow().type().with(Shape.of(lanes)), 0));
    this.acc =
        g.oc() < LoopType.MOST_LANES
            ? k.scratch("acc", DType.FLOAT32, width(g) * g.oc() + LoopType.MOST_LANES)
            : null;
  }

  /** What lies side by side in a row of the input. */
  private enum Order {
    /** The channels of a place, then those of the next: they are columns of one kernel row. */
    CHANNELS,
    /** The places of a channel: each channel has kernel rows of its own. */
    PLACES;

    /** The fastest tile; empty if there are too many columns to be written out. */
    Optional<KernelRowTile.Tile> tile(ConvGeometry g, Costs costs) {
      int side = this == CHANNELS ? g.c() : 1;
      KernelRowTile.Tile one =
          new KernelRowTile.Tile(
              1, runs(g), g.kernel().get(1) * side, g.strides().get(1) * side, 1);
      KernelRowTile.Tile best = null;
      for (int v = 1; v == 1 || v <= MOST_VECTORS && v * LoopType.MOST_LANES <= g.oc(); v++) {
        for (int p = 1; p <= width(g) && one.of(p, v).fits(); p++) {
          if (best == null || steps(one.of(p, v), g, costs) < steps(best, g, costs)) {
            best = one.of(p, v);
          }
        }
      }
      return Optional.ofNullable(best);
    }

    private int runs(ConvGeometry g) {
      return this == CHANNELS ? g.kernel().get(0) : g.kernel().get(0) * g.c();
    }

    /** Input channel of column {@code j} of run {@code r}. */
    int channel(ConvGeometry g, int r, int j) {
      return this == CHANNELS ? j % g.c() : r % g.c();
    }

    /** The same's place in the kernel. */
    int tap(ConvGeometry g, int r, int j) {
      int columns = g.kernel().get(1);
      return this == CHANNELS ? r * columns + j / g.c() : r / g.c() * columns + j;
    }
  }

  private static int width(ConvGeometry g) {
    return g.out().get(1);
  }

  /** Predicted steps of a register of channels of a row. */
  private static double steps(KernelRowTile.Tile tile, ConvGeometry g, Costs costs) {
    return Loops.ceilDiv(width(g), tile.places()) * tile.steps(costs);
  }

  private static double nanos(ConvGeometry g, KernelBuilder k, Order order) {
    PanelCost cost = PanelCost.of(k);
    int registers = Loops.ceilDiv(g.oc(), LoopType.MOST_LANES);
    double rows = (double) g.n() * g.out().get(0) * registers;
    double steps = rows * steps(order.tile(g, cost.costs()).orElseThrow(), g, cost.costs());
    long bytes = (long) g.n() * g.c() * g.inPlane() * g.dtype().bytes();
    return cost.nanos(steps, g.weightBytes()) + cost.copied(bytes);
  }

  private static boolean applies(ConvGeometry g, KernelBuilder k, Order order) {
    return PanelConv.applies(g, k)
        && g.spatial() == 2
        && g.group() == 1
        && g.taps() > 1
        && g.dilations().stream().allMatch(d -> d == 1)
        && RegisterEpilogue.applies(k)
        && (g.oc() >= LoopType.MOST_LANES
            || k.residuals().isEmpty() && k.channelConstants().isEmpty())
        && order.tile(g, k.target().costs()).isPresent();
  }

  static List<Candidate> candidates(ConvGeometry g, KernelBuilder k) {
    if (!applies(g, k, Order.CHANNELS)) {
      return List.of();
    }
    return List.of(
        new Candidate(
            "kernel rows written out",
            nanos(g, k, Order.CHANNELS),
            0,
            g.weightBytes(),
            () -> new KernelRowConv(g, k, new PaddedRows(g, k), Order.CHANNELS).kernel()));
  }

  /** Those that read planes, which are operand 0 of {@code planesK}, a transposition. */
  static Schedule<ConvGeometry> ofPlanes(KernelBuilder planesK) {
    return (g, k) -> {
      if (planesK.hasEpilogue() || !PlaneRows.applies(g) || !applies(g, k, Order.PLACES)) {
        return List.of();
      }
      double transposed = (double) g.n() * g.c() * g.inPlane() * k.target().costs().strided();
      return List.of(
          new Candidate(
              "planes, kernel rows written out",
              Math.max(0, nanos(g, k, Order.PLACES) - transposed),
              0,
              g.weightBytes(),
              () -> new KernelRowConv(g, k, new PlaneRows(g, k, planesK), Order.PLACES).kernel()));
    };
  }

  private Kernel kernel() {
    Stmt body =
        Loops.each(
            "n",
            g.n(),
            n ->
                rows.each(
                    n,
                    (first, from) ->
                        Loops.each(
                            "row",
                            rows.strip(),
                            r -> {
                              Expr row = Exprs.add(Exprs.mul(n, g.out().get(0)), first);
                              Expr place = Exprs.mul(Exprs.add(row, r), width(g));
                              return row(
                                  Exprs.mul(place, y.step()),
                                  Exprs.add(from, Exprs.mul(r, g.strides().get(0) * rows.pitch())));
                            })));
    String how = order == Order.PLACES ? ", planes read as they are" : "";
    return k.build(
        "conv",
        ConvSchedules.comment(g, "registers of channels, kernel rows written out" + how),
        body);
  }

  /** The row at {@code inY} whose input is at {@code inX}. */
  private Stmt row(Expr inY, Expr inX) {
    Expr to = acc == null ? inY : Exprs.intLit(0);
    int places = tile.places();
    Expr whole = Exprs.intLit(width(g) / places);
    List<Stmt> body = new ArrayList<>(List.of(tiles(to, inX, whole)));
    if (width(g) % places > 0) {
      // Begins earlier than the others end, so that it is as wide.
      int last = width(g) - places;
      Expr from = Exprs.add(inX, last * tile.stride());
      body.add(tiles(Exprs.add(to, last * step()), from, Exprs.intLit(1)));
    }
    if (acc != null) {
      body.add(PlaceCopy.of(acc, y.buffer(), inY, y.step(), width(g), g.oc()));
    }
    return Stmts.block(body);
  }

  /** Distance of two places where sums are stored. */
  private int step() {
    return acc == null ? y.step() : g.oc();
  }

  /** So many tiles from the place at {@code inY} on, whose input is at {@code inX}. */
  private Stmt tiles(Expr inY, Expr inX, Expr count) {
    KernelRowTile.Steps steps =
        new KernelRowTile.Steps(
            step(),
            order == Order.CHANNELS ? rows.pitch() : rows.pitch() / g.c(),
            tile.places() * step(),
            tile.places() * tile.stride(),
            g.oc());
    return new KernelRowTile(tile, steps, k.hasEpilogue() ? RegisterEpilogue.of(k) : null)
        .call(
            new KernelRowTile.Operands(
                acc == null ? y.buffer() : acc, inY, rows.source(), inX, w, bias, count));
  }

  /** Weights in reading order: [kernel row, column, output channel]. */
  private Reordered packed(Tensor weights) {
    int lanes = Math.max(g.oc(), LoopType.MOST_LANES);
    int columns = tile.columns();
    return Packing.gather(
        weights,
        tile.runs() * columns * lanes,
        i -> {
          int oc = i % lanes;
          int j = i / lanes % columns;
          int r = i / lanes / columns;
          return oc < g.oc()
              ? (oc * g.c() + order.channel(g, r, j)) * g.taps() + order.tap(g, r, j)
              : -1;
        });
  }
}
