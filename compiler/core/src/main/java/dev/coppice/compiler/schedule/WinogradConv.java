package dev.coppice.compiler.schedule;

import dev.coppice.compiler.ir.Candidate;
import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Places;
import dev.coppice.compiler.ir.Prediction;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.CostFigure;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.KernelWeights;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.schedule.PanelTile.Start;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Convolution of channels side by side with a 3x3 kernel by {@link Winograd}: the tiles of a strip
 * are transformed, then there is a matrix product of tiles by channels for each of their elements,
 * then sums are transformed back.
 */
public final class WinogradConv {
  /** Bytes of the transformed tiles and sums of a strip that stay in the cache. */
  private static final int FITS = 1 << 20;

  /**
   * Elements that two products of a tile must not be a multiple of apart: they would meet in a few
   * sets of the first-level cache.
   */
  private static final int CONFLICT = 256;

  private final ConvGeometry g;
  private final KernelBuilder k;
  private final Winograd matrices;
  private final PaddedRows rows;
  private final PlaceTiles tiles;
  private final Panels panels;
  private final WinogradTile tile;
  private final Places y;
  private final Buffer w;
  private final Buffer bias;
  private final Buffer transformed;
  private final Buffer sums;
  private final Buffer columns;

  private WinogradConv(ConvGeometry g, KernelBuilder k, Winograd matrices) {
    this.g = g;
    this.k = k;
    this.matrices = matrices;
    this.rows = new PaddedRows(g, k, stripRows(g, matrices));
    this.tiles = tiles(g, rows.strip(), matrices);
    this.panels = PanelCost.of(k).best(g.oc(), tiles.count(), 1, g.c());
    this.tile = new WinogradTile(matrices, k.hasEpilogue() ? RegisterEpilogue.of(k) : null);
    this.y = k.outputPlaces("y");
    Tensor weights = k.constant(1).orElseThrow();
    this.w = k.weights("w", packed(weights));
    this.bias =
        k.weights(
            "b",
            k.inputs() > 2
                ? k.constant(2).orElseThrow()
                : Packing.gather(weights, g.oc(), i -> -1).data());
    this.transformed = k.scratch("transformed", DType.FLOAT32, matrices.products() * step(g.c()));
    this.sums = k.scratch("sums", DType.FLOAT32, matrices.products() * step(g.oc()));
    this.columns = k.scratch("columns", DType.FLOAT32, tile.scratch());
  }

  /** Whether this can compute the convolution. */
  private static boolean applies(ConvGeometry g, KernelBuilder k, Winograd matrices) {
    return PanelConv.applies(g, k)
        && mayCompute(g, k.constant(1).orElseThrow())
        && g.c() >= LoopType.MOST_LANES
        && g.oc() >= LoopType.MOST_LANES
        && g.out().stream().allMatch(d -> d >= matrices.outputs())
        && RegisterEpilogue.applies(k)
        && !k.staysCoded(1);
  }

  /** Whether minimal filtering computes convolutions of this form, if channels fill registers. */
  public static boolean mayCompute(ConvGeometry g, Tensor w) {
    return g.kernel().equals(List.of(3, 3))
        && g.strides().equals(List.of(1, 1))
        && g.dilations().equals(List.of(1, 1))
        && g.group() == 1
        && g.out().stream().allMatch(d -> d >= Winograd.F2.outputs())
        && Winograd.mayRound(w);
  }

  static List<Candidate> candidates(ConvGeometry g, KernelBuilder k) {
    return Stream.of(Winograd.F2, Winograd.F4)
        .filter(matrices -> applies(g, k, matrices))
        .map(
            matrices ->
                new Candidate(
                    new Prediction(
                        "Winograd " + matrices.name(),
                        PanelCost.of(k).nanos(steps(g, matrices, k), weightBytes(g, matrices)),
                        0,
                        weightBytes(g, matrices),
                        g.macs() - products(g, matrices)),
                    () -> new WinogradConv(g, k, matrices).kernel()))
        .toList();
  }

  private static long weightBytes(ConvGeometry g, Winograd matrices) {
    return g.weightBytes() * matrices.products() / g.taps();
  }

  /** Multiply-accumulate operations of the matrix products. */
  private static long products(ConvGeometry g, Winograd matrices) {
    long tiles = g.n();
    for (int d : g.out()) {
      tiles *= Loops.ceilDiv(d, matrices.outputs());
    }
    return matrices.products() * tiles * g.c() * g.oc();
  }

  /**
   * Output rows of a strip: whole tiles, as many as fit the cache or are not larger than the
   * weights, which are read once for each strip.
   */
  private static int stripRows(ConvGeometry g, Winograd matrices) {
    int across = Loops.ceilDiv(g.out().get(1), matrices.outputs());
    int bytes = matrices.products() * across * (g.c() + g.oc()) * DType.FLOAT32.bytes();
    int down = Loops.ceilDiv(g.out().get(0), matrices.outputs());
    long most = Math.max(FITS, weightBytes(g, matrices));
    int fits = Loops.balanced(down, (int) Math.max(1, most / bytes));
    return Math.min(g.out().get(0), fits * matrices.outputs());
  }

  private static PlaceTiles tiles(ConvGeometry g, int rows, Winograd matrices) {
    return new PlaceTiles(rows, g.out().get(1), matrices.outputs(), matrices.outputs());
  }

  /** Predicted steps. */
  private static double steps(ConvGeometry g, Winograd matrices, KernelBuilder k) {
    int strip = stripRows(g, matrices);
    int tiles = tiles(g, strip, matrices).count();
    double strips = (double) g.n() * Loops.ceilDiv(g.out().get(0), strip);
    PanelCost cost = PanelCost.of(k);
    Panels panels = cost.best(g.oc(), tiles, 1, g.c());
    double registers =
        Loops.ceilDiv(g.c(), LoopType.MOST_LANES) + Loops.ceilDiv(g.oc(), LoopType.MOST_LANES);
    double each = k.target().costs().get(CostFigure.TRANSFORM);
    double transform = each * matrices.products() * tiles * registers;
    return strips * (matrices.products() * cost.steps(panels, tiles, 1, g.c()) + transform);
  }

  /** Distance of two products of so many channels of all tiles. */
  private int step(int channels) {
    int elements = tiles.count() * channels;
    return elements % CONFLICT == 0 ? elements + LoopType.MOST_LANES : elements;
  }

  private Kernel kernel() {
    Stmt body =
        Loops.each(
            "n",
            g.n(),
            n ->
                rows.each(
                    n,
                    (first, from) -> {
                      Expr row = Exprs.add(Exprs.mul(n, g.out().get(0)), first);
                      return Stmts.block(
                          transform(from),
                          Loops.each("product", matrices.products(), this::products),
                          results(row));
                    }));
    return k.build(
        "conv",
        ConvSchedules.comment(g, "Winograd's " + matrices.name() + ", channels side by side"),
        body);
  }

  private Stmt transform(Expr from) {
    return tiles.eachNumbered(
        (number, row, column) ->
            tile.input(
                transformed,
                Exprs.mul(number, g.c()),
                step(g.c()),
                rows.source(),
                Exprs.add(from, Exprs.add(Exprs.mul(row, rows.pitch()), Exprs.mul(column, g.c()))),
                g.c(),
                rows.pitch(),
                columns,
                g.c()));
  }

  /** The matrix product of element {@code product} of all tiles. */
  private Stmt products(Expr product) {
    List<Stmt> body = new ArrayList<>();
    int packed = 0;
    for (Panels.Alike panel : panels.all()) {
      int at = packed;
      body.add(Loops.each("panel", panel.count(), p -> panel(product, panel, p, at)));
      packed += panel.width() * panel.count();
    }
    return Stmts.block(body);
  }

  private Stmt panel(Expr product, Panels.Alike panel, Expr p, int packed) {
    Expr column = Exprs.mul(p, panel.width());
    Expr channel = Exprs.add(column, panel.first());
    Expr inW = Exprs.add(Exprs.mul(product, panels.computed()), Exprs.add(column, packed));
    PlaceTiles places = PlaceTiles.of(1, tiles.count(), PanelTile.mostPlaces(panel.vectors()));
    PanelTile microkernel =
        new PanelTile(
            places.places(),
            places.tileWidth(),
            panel.vectors(),
            g.c(),
            0,
            Start.ZERO,
            false,
            null);
    Expr inSums = Exprs.add(Exprs.mul(product, step(g.oc())), channel);
    Expr inTiles = Exprs.mul(product, step(g.c()));
    return places.each(
        (row, at) ->
            microkernel.call(
                new PanelOperands(
                    sums,
                    Exprs.add(inSums, Exprs.mul(at, g.oc())),
                    Exprs.intLit(g.oc()),
                    transformed,
                    Exprs.add(inTiles, Exprs.mul(at, g.c())),
                    w,
                    Exprs.mul(inW, g.c()),
                    Exprs.intLit(g.c()),
                    null,
                    channel,
                    null)));
  }

  private Stmt results(Expr firstRow) {
    int width = g.out().get(1);
    return tiles.eachNumbered(
        (number, row, column) ->
            tile.output(
                y.buffer(),
                Exprs.mul(Exprs.add(Exprs.mul(Exprs.add(firstRow, row), width), column), y.step()),
                y.step(),
                width * y.step(),
                sums,
                Exprs.mul(number, g.oc()),
                step(g.oc()),
                columns,
                bias,
                g.oc()));
  }

  /** Weights in reading order: [product, panel, input channel, channel of panel]. */
  private KernelWeights packed(Tensor weights) {
    return matrices.transform(weights, panels.order(g.c(), (oc, t) -> oc * g.c() + t));
  }
}
