package dev.coppice.compiler.schedule;

import dev.coppice.compiler.ir.Candidate;
import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.CostFigure;
import dev.coppice.compiler.loop.Costs;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Depthwise convolution of planes by {@link DepthwiseRowTile}: the rows of a strip of a plane are
 * copied with their padding into scratch that stays in the first-level cache. Registers load
 * neighbours only: with a column stride of 2 even and odd columns are copied apart; with more the
 * columns between are computed, too, and left out when the strip is stored.
 */
final class DepthwiseRows {
  /** Elements of a strip with its copy that fit the first-level cache beside a row of results. */
  private static final int FITS = 5 * 1024;

  private final ConvGeometry g;
  private final KernelBuilder k;
  private final DepthwiseRowTile tile;
  private final PlaneStrip strip;
  private final int height;
  private final int columns;
  private final int yPitch;
  private final Buffer x;
  private final Buffer y;
  private final Buffer w;
  private final Buffer bias;
  private final Buffer padded;
  private final Buffer lanes;
  private final @Nullable Buffer plane;

  private DepthwiseRows(ConvGeometry g, KernelBuilder k) {
    this.g = g;
    this.k = k;
    this.height = height(g);
    this.strip = strip(g, height);
    this.columns = columns(g);
    this.yPitch = between(g) == 1 ? g.out().get(1) : PlaneStrip.lines(columns);
    this.tile = tile();
    this.x = k.input(0, "x");
    this.y = k.output(0, "y");
    Tensor weights = k.constant(1).orElseThrow();
    this.w = k.weights("w", weights.reshape(Shape.of(weights.size())));
    this.bias =
        k.weights(
            "b",
            k.inputs() > 2
                ? k.constant(2).orElseThrow()
                : Tensor.splat(weights.type().with(Shape.of(g.oc())), 0));
    this.padded = k.scratch("padded", DType.FLOAT32, strip.length());
    this.lanes = PlaneStrip.lanes(k);
    this.plane =
        isDirect(g)
            ? null
            : k.scratch("plane", DType.FLOAT32, height * yPitch + LoopType.MOST_LANES);
  }

  private static int kernel(ConvGeometry g, int axis) {
    return g.kernel().get(axis);
  }

  private static int down(ConvGeometry g) {
    return g.strides().get(0);
  }

  private static int right(ConvGeometry g) {
    return g.strides().get(1);
  }

  /** What a strip of so many output rows reads. */
  private static PlaneStrip strip(ConvGeometry g, int height) {
    return new PlaneStrip(
        g.pads().get(1),
        g.in().get(1),
        g.pads().get(3),
        g.in().get(0),
        g.n() * g.c(),
        (height - 1) * down(g) + (kernel(g, 0) - 1) * g.dilations().get(0) + 1,
        phases(g));
  }

  /** A row that fills no more than a register is as well computed with all of its columns. */
  private static int phases(ConvGeometry g) {
    return right(g) == 2 && g.in().get(1) > LoopType.MOST_LANES ? 2 : 1;
  }

  /** Columns that are computed for one that is stored. */
  private static int between(ConvGeometry g) {
    return right(g) / phases(g);
  }

  /** Columns that are computed. */
  private static int columns(ConvGeometry g) {
    return (g.out().get(1) - 1) * between(g) + 1;
  }

  /** Whether all that is computed is stored, and a row fills the widest register. */
  private static boolean isDirect(ConvGeometry g) {
    return between(g) == 1 && columns(g) >= LoopType.MOST_LANES;
  }

  private static int mostRows(ConvGeometry g) {
    return DepthwiseRowTile.mostRows(
        kernel(g, 0), kernel(g, 1), down(g), g.dilations().get(0), g.dilations().get(1));
  }

  /** Output rows of a strip. */
  private static int height(ConvGeometry g) {
    int pitch = strip(g, 1).pitch();
    int shared = ((kernel(g, 0) - 1) * g.dilations().get(0) + 1 - down(g)) * pitch;
    int row = down(g) * pitch + (isDirect(g) ? 0 : columns(g));
    return Loops.balanced(g.out().get(0), Math.max(mostRows(g), (FITS - shared) / row));
  }

  private DepthwiseRowTile tile() {
    return new DepthwiseRowTile(
        Loops.balanced(height, mostRows(g)),
        kernel(g, 0),
        kernel(g, 1),
        down(g),
        g.dilations().get(0),
        g.dilations().get(1),
        new DepthwiseRowTile.Sizes(
            IntStream.range(0, kernel(g, 1))
                .map(j -> strip.column(j * g.dilations().get(1)))
                .boxed()
                .toList(),
            strip.pitch(),
            yPitch,
            height,
            columns),
        k.hasEpilogue() ? RegisterEpilogue.ofPlaces(k) : null);
  }

  /** Whether there are registers, one plane for each, and weights and bias are known. */
  private static boolean applies(ConvGeometry g, KernelBuilder k) {
    return k.target().vectorApi()
        && g.dtype() == DType.FLOAT32
        && g.spatial() == 2
        && g.group() == g.c()
        && g.oc() == g.c()
        && g.outputType().shape().size() > 0
        && g.taps() > 0
        && mostRows(g) > 0
        && k.constant(1).isPresent()
        && (k.inputs() < 3 || k.constant(2).isPresent())
        && RegisterEpilogue.applies(k)
        && (isDirect(g) || k.residuals().isEmpty());
  }

  static List<Candidate> candidates(ConvGeometry g, KernelBuilder k) {
    if (!applies(g, k)) {
      return List.of();
    }
    return List.of(
        new Candidate(
            "depthwise rows",
            nanos(g, PanelCost.of(k)),
            0,
            g.weightBytes(),
            () -> new DepthwiseRows(g, k).kernel()));
  }

  private static double nanos(ConvGeometry g, PanelCost cost) {
    Costs costs = cost.costs();
    int registers = Loops.ceilDiv(columns(g), LoopType.MOST_LANES);
    double row = g.taps() + costs.get(CostFigure.DEPTHWISE_ROW);
    double sums = cost.nanos((double) g.out().get(0) * registers * row, 0);
    double lay = g.inPlane() * costs.copy() + g.in().get(0) * costs.call();
    double store = between(g) == 1 ? 0 : g.outPlane() * costs.strided();
    return (double) g.n() * g.c() * (sums + lay + store);
  }

  private Kernel kernel() {
    return k.build(
        "conv",
        ConvSchedules.comment(g, "registers of places in a few rows, taps written out"),
        Loops.each("n", g.n(), n -> Loops.each("c", g.c(), c -> plane(n, c))));
  }

  private Stmt plane(Expr n, Expr c) {
    Expr number = Exprs.add(Exprs.mul(n, g.c()), c);
    int all = g.out().get(0);
    Var first = new Var("firstRow", LoopType.INT);
    return Loops.each(
        "strip",
        Loops.ceilDiv(all, height),
        s -> {
          Expr at = Exprs.mul(s, height);
          Expr row = all % height == 0 ? at : Exprs.min(at, Exprs.intLit(all - height));
          return Stmts.block(Stmts.local(first, row), strip(number, c, Exprs.ref(first)));
        });
  }

  private Stmt strip(Expr number, Expr c, Expr first) {
    Expr to = Exprs.add(Exprs.mul(number, g.outPlane()), Exprs.mul(first, g.out().get(1)));
    Stmt sums =
        tile.call(
            new DepthwiseRowTile.Operands(
                plane == null ? y : plane,
                plane == null ? to : Exprs.intLit(0),
                padded,
                w,
                bias,
                c));
    Expr top = Exprs.add(Exprs.mul(first, down(g)), -g.pads().get(0));
    Stmt lay = strip.lay(x, number, top, padded, lanes);
    return plane == null ? Stmts.block(lay, sums) : Stmts.block(lay, sums, store(plane, to));
  }

  /** Stores the columns of a strip that are results, from {@code to} on. */
  private Stmt store(Buffer strip, Expr to) {
    int width = g.out().get(1);
    if (between(g) == 1) {
      return Stmts.copy(strip, Exprs.intLit(0), y, to, Exprs.intLit(height * width));
    }
    return Loops.each(
        "oh",
        height,
        oh ->
            Stmts.loop(
                "ow",
                Exprs.intLit(0),
                Exprs.intLit(width),
                1,
                Stmt.AxisKind.VECTOR,
                ow -> {
                  Expr at = Exprs.add(Exprs.add(to, Exprs.mul(oh, width)), ow);
                  Expr from = Exprs.add(Exprs.mul(oh, yPitch), Exprs.mul(ow, between(g)));
                  return Stmts.store(y, at, Exprs.load(strip, from));
                }));
  }
}
