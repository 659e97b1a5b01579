package dev.coppice.compiler.schedule;

import dev.coppice.compiler.ir.Candidate;
import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.loop.Buffer;
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
import org.jspecify.annotations.Nullable;

/**
 * Depthwise convolution of planes by {@link DepthwiseRowTile}: each plane is copied with its
 * padding into scratch that stays in the first-level cache, with a column stride in phases.
 */
final class DepthwiseRows {
  private final ConvGeometry g;
  private final KernelBuilder k;
  private final DepthwiseRowTile tile;
  private final int pitch;
  private final int phase;
  private final int phases;
  private final Buffer x;
  private final Buffer y;
  private final Buffer w;
  private final Buffer bias;
  private final Buffer padded;
  private final @Nullable Buffer narrow;

  private DepthwiseRows(ConvGeometry g, KernelBuilder k) {
    this.g = g;
    this.k = k;
    this.tile = tile(g, k.hasEpilogue() ? RegisterEpilogue.ofPlaces(k) : null);
    int span = (kernel(g, 1) - 1) * g.dilations().get(1);
    this.phases = Math.min(right(g), span + 1);
    this.pitch = g.out().get(1) + span / right(g);
    int rows = (g.out().get(0) - 1) * down(g) + (kernel(g, 0) - 1) * g.dilations().get(0) + 1;
    this.phase = rows * pitch;
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
    this.padded = k.scratch("padded", DType.FLOAT32, phases * phase + LoopType.MOST_LANES);
    this.narrow =
        isNarrow(g) ? k.scratch("plane", DType.FLOAT32, g.outPlane() + LoopType.MOST_LANES) : null;
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

  /** Whether a row does not fill the widest register. */
  private static boolean isNarrow(ConvGeometry g) {
    return g.out().get(1) < LoopType.MOST_LANES;
  }

  private static int mostRows(ConvGeometry g) {
    return DepthwiseRowTile.mostRows(
        kernel(g, 0), kernel(g, 1), down(g), right(g), g.dilations().get(0), g.dilations().get(1));
  }

  private static DepthwiseRowTile tile(ConvGeometry g, @Nullable RegisterEpilogue epilogue) {
    return new DepthwiseRowTile(
        Loops.balanced(g.out().get(0), mostRows(g)),
        kernel(g, 0),
        kernel(g, 1),
        down(g),
        right(g),
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
        && (!isNarrow(g) || k.residuals().isEmpty());
  }

  static List<Candidate> candidates(ConvGeometry g, KernelBuilder k) {
    if (!applies(g, k)) {
      return List.of();
    }
    return List.of(
        new Candidate(
            "depthwise rows",
            nanos(g, k.target().costs()),
            0,
            g.weightBytes(),
            () -> new DepthwiseRows(g, k).kernel()));
  }

  private static double nanos(ConvGeometry g, Costs costs) {
    int width = Loops.ceilDiv(g.out().get(1), LoopType.MOST_LANES);
    double sums = PanelCost.nanos((double) g.out().get(0) * width * (g.taps() + 3), 0);
    double lay = g.inPlane() * (right(g) == 1 ? costs.copy() : costs.strided());
    return (double) g.n() * g.c() * (sums + lay + g.in().get(0) * costs.call());
  }

  private Kernel kernel() {
    Stmt clear =
        Stmts.fill(padded, Exprs.intLit(0), Exprs.intLit(padded.length()), Exprs.floatLit(0));
    Stmt planes = Loops.each("n", g.n(), n -> Loops.each("c", g.c(), c -> plane(n, c)));
    return k.build(
        "conv",
        ConvSchedules.comment(g, "registers of places in a few rows, taps written out"),
        Stmts.block(clear, planes));
  }

  private Stmt plane(Expr n, Expr c) {
    Expr number = Exprs.add(Exprs.mul(n, g.c()), c);
    Expr to = Exprs.mul(number, g.outPlane());
    Stmt sums =
        tile.call(
            new DepthwiseRowTile.Operands(
                narrow == null ? y : narrow,
                narrow == null ? to : Exprs.intLit(0),
                padded,
                pitch,
                phase,
                w,
                bias,
                c,
                g.out().get(0),
                g.out().get(1)));
    Stmt lay = Loops.each("ih", g.in().get(0), ih -> row(Exprs.mul(number, g.inPlane()), ih));
    return narrow == null
        ? Stmts.block(lay, sums)
        : Stmts.block(
            lay, sums, Stmts.copy(narrow, Exprs.intLit(0), y, to, Exprs.intLit(g.outPlane())));
  }

  /** Lays out input row {@code ih} of the plane that begins at {@code from}. */
  private Stmt row(Expr from, Expr ih) {
    int width = g.in().get(1);
    int before = g.pads().get(1);
    Expr in = Exprs.add(from, Exprs.mul(ih, width));
    Var at = new Var("row", LoopType.INT);
    Stmt[] copies = new Stmt[phases + 1];
    copies[0] = Stmts.local(at, Exprs.mul(Exprs.add(ih, g.pads().get(0)), pitch));
    for (int p = 0; p < phases; p++) {
      // Column c of the phase is input column c * right + p - before.
      int first = Math.max(0, Loops.ceilDiv(before - p, right(g)));
      int beyond = Math.min(pitch, Math.floorDiv(width - 1 + before - p, right(g)) + 1);
      Expr to = Exprs.add(Exprs.ref(at), p * phase + first);
      Expr source = Exprs.add(in, first * right(g) + p - before);
      copies[p + 1] = beyond > first ? pick(source, to, beyond - first) : Stmts.block();
    }
    Stmt all = Stmts.block(copies);
    int rows = phase / pitch - g.pads().get(0);
    return rows < g.in().get(0) ? Stmts.when(Exprs.lt(ih, Exprs.intLit(rows)), all) : all;
  }

  private Stmt pick(Expr from, Expr to, int count) {
    if (right(g) == 1) {
      return Stmts.copy(x, from, padded, to, Exprs.intLit(count));
    }
    return Stmts.loop(
        "i",
        Exprs.intLit(0),
        Exprs.intLit(count),
        1,
        Stmt.AxisKind.PARALLEL,
        i ->
            Stmts.store(
                padded, Exprs.add(to, i), Exprs.load(x, Exprs.add(from, Exprs.mul(i, right(g))))));
  }
}
