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
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Pointwise convolution with the non-zero weights alone, by {@link SparseTile}: a tile of places is
 * read again for each output channel, from the second-level cache.
 */
final class SparsePlaces {
  private final ConvGeometry g;
  private final KernelBuilder k;
  private final int vectors;
  private final Buffer x;
  private final Buffer y;
  private final SparseTile.Streams streams;
  private final Buffer bias;
  private final int count;
  private final @Nullable Buffer strip;

  private SparsePlaces(ConvGeometry g, KernelBuilder k) {
    this.g = g;
    this.k = k;
    this.vectors = vectors(g);
    this.x = k.input(0, "x");
    this.y = k.output(0, "y");
    this.strip = isCopied(g) ? k.scratch("strip", DType.FLOAT32, g.c() * pitch()) : null;
    Tensor w = k.constant(1).orElseThrow();
    List<Integer> ends = new ArrayList<>(List.of(0));
    List<Integer> filled = new ArrayList<>();
    for (int i = 0; i < w.size(); i++) {
      if (w.floatAt(i) != 0) {
        filled.add(i);
      }
      if ((i + 1) % g.c() == 0) {
        ends.add(filled.size());
      }
    }
    this.count = filled.size();
    this.streams =
        new SparseTile.Streams(
            k.weights("ends", integers(ends.size(), ends::get)),
            k.weights("offsets", integers(count, t -> (long) filled.get(t) % g.c() * pitch())),
            k.weights("w", w.gather(Shape.of(count), filled::get)));
    this.bias =
        k.weights(
            "b",
            k.inputs() > 2
                ? k.constant(2).orElseThrow()
                : Tensor.splat(w.type().with(Shape.of(g.oc())), 0));
  }

  private static Tensor integers(int count, IntToLongFunction value) {
    return Tensor.fromLongs(new TensorType(DType.INT32, Shape.of(count)), value);
  }

  /** Whether there are registers, a plane fills one, and weights and bias are known. */
  static boolean applies(ConvGeometry g, KernelBuilder k) {
    return k.target().vectorApi()
        && g.dtype() == DType.FLOAT32
        && g.group() == 1
        && g.isPointwise()
        && g.n() * g.oc() > 0
        && g.c() > 0
        && g.outPlane() >= LoopType.MOST_LANES
        && k.constant(1).isPresent()
        && (k.inputs() < 3 || k.constant(2).isPresent())
        && RegisterEpilogue.applies(k);
  }

  /** The candidate for {@code count} weights that are not zero. */
  static Candidate candidate(ConvGeometry g, KernelBuilder k, int count) {
    return new Candidate(
        "sparse registers",
        nanos(g, count, k.target().costs()),
        0,
        bytes(g, count),
        () -> new SparsePlaces(g, k).kernel());
  }

  private static int vectors(ConvGeometry g) {
    return Loops.balanced(
        Loops.ceilDiv(g.outPlane(), LoopType.MOST_LANES), SparseTile.MOST_VECTORS);
  }

  /** Of factors, offsets, biases and where the terms of channels end. */
  private static long bytes(ConvGeometry g, int count) {
    return 8L * count + 8L * g.oc();
  }

  /** Most loads of a term are of two lines of the second-level cache. */
  private static double nanos(ConvGeometry g, int count, Costs costs) {
    int vectors = vectors(g);
    double tiles = g.n() * Math.ceil(g.outPlane() / (double) (vectors * LoopType.MOST_LANES));
    double term = costs.get(CostFigure.SPARSE_TERM) + costs.get(CostFigure.SPARSE_LOAD) * vectors;
    double channel =
        costs.get(CostFigure.SPARSE_CHANNEL) + costs.get(CostFigure.SPARSE_STORE) * vectors;
    double steps = tiles * (count * term + g.oc() * channel);
    return new PanelCost(costs).nanos(steps, bytes(g, count));
  }

  /**
   * Whether a tile is copied, since its registers would begin anywhere in a cache line in most
   * channels, and each be loaded from two of them.
   */
  private static boolean isCopied(ConvGeometry g) {
    return g.inPlane() % LoopType.MOST_LANES != 0;
  }

  /** Distance of two input channels. */
  private int pitch() {
    return isCopied(g) ? vectors * LoopType.MOST_LANES : g.inPlane();
  }

  private Kernel kernel() {
    Stmt body = Loops.each("n", g.n(), this::tiles);
    String how = "registers of places, " + count + " non-zero weights from streams";
    return k.build("conv", ConvSchedules.comment(g, how), body);
  }

  private Stmt tiles(Expr n) {
    Expr width = Exprs.mul(Exprs.lanes(), vectors);
    Expr places = Exprs.intLit(g.outPlane());
    Var at = new Var("at", LoopType.INT);
    return Stmts.loop(
        "tile",
        Exprs.intLit(0),
        Exprs.div(Exprs.add(Exprs.add(places, width), -1), width),
        1,
        Stmt.AxisKind.PARALLEL,
        tile ->
            Stmts.block(
                Stmts.local(
                    at,
                    Exprs.min(
                        Exprs.mul(tile, width),
                        Exprs.max(Exprs.sub(places, width), Exprs.intLit(0)))),
                copy(n, Exprs.ref(at), width),
                tile(n, Exprs.ref(at))));
  }

  /** Copies the places of a tile of every input channel where they are copied. */
  private Stmt copy(Expr n, Expr at, Expr width) {
    if (strip == null) {
      return Stmts.block();
    }
    Expr from = Exprs.add(Exprs.mul(n, g.c() * g.inPlane()), at);
    return Loops.each(
        "ic",
        g.c(),
        ic ->
            Stmts.copy(
                x,
                Exprs.add(from, Exprs.mul(ic, g.inPlane())),
                strip,
                Exprs.mul(ic, pitch()),
                Exprs.min(width, Exprs.intLit(g.inPlane()))));
  }

  private Stmt tile(Expr n, Expr at) {
    RegisterEpilogue epilogue = k.hasEpilogue() ? RegisterEpilogue.ofPlaces(k) : null;
    Expr last =
        Exprs.min(
            Exprs.mul(Exprs.lanes(), vectors - 1),
            Exprs.sub(Exprs.sub(Exprs.intLit(g.outPlane()), Exprs.lanes()), at));
    return new SparseTile(vectors, epilogue)
        .call(
            new SparseTile.Operands(
                y,
                Exprs.add(Exprs.mul(n, g.oc() * g.outPlane()), at),
                g.outPlane(),
                strip == null ? x : strip,
                strip == null ? Exprs.add(Exprs.mul(n, g.c() * g.inPlane()), at) : Exprs.intLit(0),
                streams,
                bias,
                last,
                g.oc()));
  }
}
