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
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Depthwise convolution of planes by {@link DepthwiseRowTile}: each plane is copied with its
 * padding into scratch that stays in the cache. With a column stride the columns between are
 * computed, too, and left out when the plane is stored: registers load neighbours only.
 */
final class DepthwiseRows {
  private final ConvGeometry g;
  private final KernelBuilder k;
  private final DepthwiseRowTile tile;
  private final int pitch;
  private final int rows;
  private final int columns;
  private final Buffer x;
  private final Buffer y;
  private final Buffer w;
  private final Buffer bias;
  private final Buffer padded;
  private final @Nullable Buffer plane;

  private DepthwiseRows(ConvGeometry g, KernelBuilder k) {
    this.g = g;
    this.k = k;
    this.tile = tile(g, k.hasEpilogue() ? RegisterEpilogue.ofPlaces(k) : null);
    this.pitch = g.pads().get(1) + g.in().get(1) + g.pads().get(3);
    this.rows = (g.out().get(0) - 1) * down(g) + (kernel(g, 0) - 1) * g.dilations().get(0) + 1;
    this.columns = columns(g);
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
    this.padded = k.scratch("padded", DType.FLOAT32, rows * pitch + LoopType.MOST_LANES);
    this.plane =
        isDirect(g)
            ? null
            : k.scratch("plane", DType.FLOAT32, g.out().get(0) * columns + LoopType.MOST_LANES);
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

  /** Columns that are computed. */
  private static int columns(ConvGeometry g) {
    return (g.out().get(1) - 1) * right(g) + 1;
  }

  /** Whether all that is computed is stored, and a row fills the widest register. */
  private static boolean isDirect(ConvGeometry g) {
    return right(g) == 1 && columns(g) >= LoopType.MOST_LANES;
  }

  private static int mostRows(ConvGeometry g) {
    return DepthwiseRowTile.mostRows(
        kernel(g, 0), kernel(g, 1), down(g), g.dilations().get(0), g.dilations().get(1));
  }

  private static DepthwiseRowTile tile(ConvGeometry g, @Nullable RegisterEpilogue epilogue) {
    return new DepthwiseRowTile(
        Loops.balanced(g.out().get(0), mostRows(g)),
        kernel(g, 0),
        kernel(g, 1),
        down(g),
        g.dilations().get(0),
        g.dilations().get(1),
        epilogue);
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
    double store = right(g) == 1 ? 0 : g.outPlane() * costs.strided();
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
    Expr to = Exprs.mul(number, g.outPlane());
    Stmt sums =
        tile.call(
            new DepthwiseRowTile.Operands(
                plane == null ? y : plane,
                plane == null ? to : Exprs.intLit(0),
                padded,
                pitch,
                w,
                bias,
                c,
                g.out().get(0),
                columns));
    Stmt lay = lay(Exprs.mul(number, g.inPlane()));
    return plane == null ? Stmts.block(lay, sums) : Stmts.block(lay, sums, store(plane, to));
  }

  /** Copies the rows of the plane that begins at {@code from}, with zeros around them. */
  private Stmt lay(Expr from) {
    int width = g.in().get(1);
    int top = g.pads().get(0);
    int before = g.pads().get(1);
    Stmt clear = Stmts.fill(padded, Exprs.intLit(0), Exprs.intLit(rows * pitch), Exprs.floatLit(0));
    Stmt copies =
        Loops.each(
            "ih",
            Math.max(0, Math.min(g.in().get(0), rows - top)),
            ih -> {
              Expr to = Exprs.add(Exprs.mul(Exprs.add(ih, top), pitch), before);
              Expr row = Exprs.add(from, Exprs.mul(ih, width));
              return Stmts.copy(x, row, padded, to, Exprs.intLit(width));
            });
    return Stmts.block(clear, copies);
  }

  /** Stores the columns of {@code all} that are results, from {@code to} on. */
  private Stmt store(Buffer all, Expr to) {
    if (right(g) == 1) {
      return Stmts.copy(all, Exprs.intLit(0), y, to, Exprs.intLit(g.outPlane()));
    }
    int width = g.out().get(1);
    return Loops.each(
        "oh",
        g.out().get(0),
        oh ->
            Stmts.loop(
                "ow",
                Exprs.intLit(0),
                Exprs.intLit(width),
                1,
                Stmt.AxisKind.VECTOR,
                ow -> {
                  Expr at = Exprs.add(Exprs.add(to, Exprs.mul(oh, width)), ow);
                  Expr from = Exprs.add(Exprs.mul(oh, columns), Exprs.mul(ow, right(g)));
                  return Stmts.store(y, at, Exprs.load(all, from));
                }));
  }
}
