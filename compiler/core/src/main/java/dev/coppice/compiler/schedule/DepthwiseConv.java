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
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Depthwise convolution of channels side by side by {@link DepthwiseTile}. Where a place has fewer
 * channels than a register has lanes, several neighbouring places are taken for one, with weights
 * that repeat.
 */
final class DepthwiseConv {
  private final ConvGeometry g;
  private final KernelBuilder k;
  private final PaddedRows rows;
  private final int together;
  private final int channels;
  private final PlaceTiles tiles;
  private final boolean direct;
  private final Buffer y;
  private final Buffer w;
  private final Buffer bias;
  private final @Nullable Buffer acc;

  private DepthwiseConv(ConvGeometry g, KernelBuilder k) {
    this.g = g;
    this.k = k;
    this.rows = new PaddedRows(g, k);
    this.together = together(g);
    this.channels = together * g.c();
    // What is taken together may begin at any place, so that tiles are counted in places.
    this.tiles = new PlaceTiles(rows.strip(), width(), 1, together * tilePlaces(g, together));
    this.direct = RegisterEpilogue.applies(k);
    this.y = k.output(0, "y");
    Tensor weights = k.constant(1).orElseThrow();
    this.w =
        k.weights(
            "w",
            weights.gather(
                Shape.of(g.taps() * channels), i -> i % g.c() * g.taps() + i / channels));
    this.bias =
        k.weights(
            "b",
            k.inputs() > 2
                ? k.constant(2).orElseThrow().gather(Shape.of(channels), i -> i % g.c())
                : Tensor.splat(weights.type().with(Shape.of(channels)), 0));
    this.acc =
        direct ? null : k.scratch("acc", DType.FLOAT32, tiles.places() / together * channels);
  }

  /** Places that are taken for one: as many as fill a register. */
  private static int together(ConvGeometry g) {
    return g.c() >= LoopType.MOST_LANES ? 1 : LoopType.MOST_LANES / g.c();
  }

  private static int tilePlaces(ConvGeometry g, int together) {
    int width = g.out().get(g.spatial() - 1) / together;
    return Loops.balanced(width, mostPlaces(g, together));
  }

  private static int mostPlaces(ConvGeometry g, int together) {
    int last = g.spatial() - 1;
    int columns = g.kernel().get(last);
    return DepthwiseTile.mostPlaces(
        g.taps() / columns, columns, g.strides().get(last) * together, g.dilations().get(last));
  }

  /** Whether there are registers, and channels or places to fill one. */
  private static boolean applies(ConvGeometry g, KernelBuilder k) {
    int last = g.spatial() - 1;
    boolean fills =
        g.c() >= LoopType.MOST_LANES
            || LoopType.MOST_LANES % g.c() == 0
                && g.strides().get(last) == 1
                && g.out().get(last) >= together(g)
                && k.channelConstants().isEmpty();
    return PanelConv.applies(g, k)
        && g.group() == g.c()
        && g.oc() == g.c()
        && mostPlaces(g, together(g)) > 0
        && fills;
  }

  static List<Candidate> candidates(ConvGeometry g, KernelBuilder k) {
    if (!applies(g, k)) {
      return List.of();
    }
    return List.of(
        new Candidate(
            "taps written out",
            nanos(g),
            0,
            g.weightBytes(),
            () -> new DepthwiseConv(g, k).kernel()));
  }

  private static double nanos(ConvGeometry g) {
    double registers = (double) g.n() * g.outPlane() * g.c() / LoopType.MOST_LANES;
    return PanelCost.nanos(registers * (g.taps() + 2));
  }

  private int width() {
    return g.out().get(g.spatial() - 1);
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
                      int height = g.outPlane() / width();
                      Expr row = Exprs.add(Exprs.mul(n, height), first);
                      return tiles.each((r, at) -> tile(Exprs.add(row, r), r, at, from));
                    }));
    return k.build(
        "conv",
        ConvSchedules.comment(g, "registers of channels side by side, taps written out"),
        body);
  }

  private Stmt tile(Expr row, Expr rowOfStrip, Expr at, Expr from) {
    int last = g.spatial() - 1;
    int down = g.spatial() == 2 ? g.strides().get(0) : 1;
    int dilatedDown = g.spatial() == 2 ? g.dilations().get(0) : 1;
    int stride = g.strides().get(last);
    Expr inX =
        Exprs.add(
            Exprs.add(from, Exprs.mul(rowOfStrip, down * rows.pitch())),
            Exprs.mul(at, stride * g.c()));
    Expr inY = Exprs.mul(Exprs.add(Exprs.mul(row, width()), at), g.c());
    RegisterEpilogue epilogue = direct && k.hasEpilogue() ? RegisterEpilogue.of(k) : null;
    int places = tiles.places() / together;
    DepthwiseTile tile =
        new DepthwiseTile(
            places,
            g.taps() / g.kernel().get(last),
            g.kernel().get(last),
            stride * together,
            g.dilations().get(last),
            epilogue);
    Stmt sums =
        tile.call(
            new DepthwiseTile.Operands(
                acc == null ? y : acc,
                acc == null ? inY : Exprs.intLit(0),
                channels,
                rows.source(),
                inX,
                g.c(),
                dilatedDown * rows.pitch(),
                w,
                bias,
                channels));
    return acc == null
        ? sums
        : Stmts.block(
            sums,
            TileFinish.of(k, acc, g.c(), y, inY, g.c(), tiles.places(), Exprs.intLit(0), g.c()));
  }
}
