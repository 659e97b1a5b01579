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
 * read again for each block of output channels, from the second-level cache. A term of a block is
 * an input channel that any of its output channels has a weight for, so that weights that are zero
 * together are left out together: their pattern is found, not declared.
 */
final class SparsePlaces {
  /** Output channels that a block may have. */
  private static final List<Integer> ROWS = List.of(1, 2, 4);

  /** Pages of memory whose addresses a processor has at hand. */
  private static final int PAGES = 48;

  private final ConvGeometry g;
  private final KernelBuilder k;
  private final int rows;
  private final int vectors;
  private final Buffer x;
  private final Buffer y;
  private final SparseTile.Streams streams;
  private final Buffer bias;
  private final int count;
  private final @Nullable Buffer strip;

  private SparsePlaces(ConvGeometry g, KernelBuilder k, int rows) {
    this.g = g;
    this.k = k;
    this.rows = rows;
    this.vectors = vectors(g, rows);
    this.x = k.input(0, "x");
    this.y = k.output(0, "y");
    this.strip = isCopied(g) ? k.scratch("strip", DType.FLOAT32, g.c() * pitch()) : null;
    Tensor w = k.constant(1).orElseThrow();
    List<List<Integer>> blocks = terms(w, g, rows);
    List<Integer> terms = new ArrayList<>();
    List<Integer> factors = new ArrayList<>();
    List<Integer> ends = new ArrayList<>(List.of(0));
    for (int i = 0; i < blocks.size(); i++) {
      for (int c : blocks.get(i)) {
        terms.add(c);
        for (int r = 0; r < rows; r++) {
          factors.add((i * rows + r) * g.c() + c);
        }
      }
      ends.add(terms.size());
    }
    this.count = terms.size();
    this.streams =
        new SparseTile.Streams(
            k.weights("ends", integers(ends.size(), ends::get)),
            k.weights("offsets", integers(count, t -> (long) terms.get(t) * pitch())),
            k.weights("w", Packing.reorder(w, Shape.of(factors.size()), factors::get)));
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

  /** A candidate for each size of blocks that divides the output channels. */
  static List<Candidate> candidates(ConvGeometry g, KernelBuilder k) {
    Tensor w = k.constant(1).orElseThrow();
    List<Candidate> all = new ArrayList<>();
    for (int rows : ROWS) {
      if (g.oc() % rows == 0) {
        int count = terms(w, g, rows).stream().mapToInt(List::size).sum();
        all.add(
            new Candidate(
                "sparse registers" + (rows == 1 ? "" : " of " + rows + " channels"),
                nanos(g, rows, count, k.target().costs()),
                0,
                bytes(g, rows, count),
                () -> new SparsePlaces(g, k, rows).kernel()));
      }
    }
    return all;
  }

  /** For each block of {@code rows} output channels the input channels that it has weights for. */
  private static List<List<Integer>> terms(Tensor w, ConvGeometry g, int rows) {
    List<List<Integer>> blocks = new ArrayList<>();
    for (int oc = 0; oc < g.oc(); oc += rows) {
      List<Integer> terms = new ArrayList<>();
      for (int c = 0; c < g.c(); c++) {
        boolean filled = false;
        for (int r = 0; r < rows; r++) {
          filled |= w.floatAt((oc + r) * g.c() + c) != 0;
        }
        if (filled) {
          terms.add(c);
        }
      }
      blocks.add(terms);
    }
    return blocks;
  }

  private static int vectors(ConvGeometry g, int rows) {
    return Loops.balanced(
        Loops.ceilDiv(g.outPlane(), LoopType.MOST_LANES), SparseTile.mostVectors(rows));
  }

  /** Of factors, offsets, biases and where the terms of blocks end. */
  private static long bytes(ConvGeometry g, int rows, int count) {
    return 4L * (rows + 1) * count + 8L * g.oc();
  }

  private static double nanos(ConvGeometry g, int rows, int count, Costs costs) {
    int vectors = vectors(g, rows);
    double tiles = g.n() * Math.ceil(g.outPlane() / (double) (vectors * LoopType.MOST_LANES));
    double factors = costs.get(CostFigure.SPARSE_TERM) + costs.get(CostFigure.SPARSE_FACTOR) * rows;
    double register =
        Math.max(costs.get(CostFigure.SPARSE_LOAD), costs.get(CostFigure.SPARSE_SUM) * rows);
    double blocks =
        costs.get(CostFigure.SPARSE_CHANNEL) * g.oc() / rows
            + costs.get(CostFigure.SPARSE_STORE) * g.oc() * vectors;
    double steps = tiles * (count * (factors + register * vectors) + blocks);
    return new PanelCost(costs).nanos(steps, bytes(g, rows, count));
  }

  /**
   * Whether a tile is copied: in most channels its registers would begin anywhere in a cache line
   * and each be loaded from two of them, or the planes are on more pages of memory than the
   * processor has the addresses of at hand.
   */
  private static boolean isCopied(ConvGeometry g) {
    return g.inPlane() % LoopType.MOST_LANES != 0
        || (g.c() > PAGES && g.inPlane() > vectors(g, 1) * LoopType.MOST_LANES);
  }

  /** Distance of two input channels. */
  private int pitch() {
    return isCopied(g) ? vectors * LoopType.MOST_LANES : g.inPlane();
  }

  private Kernel kernel() {
    Stmt body = Loops.each("n", g.n(), this::tiles);
    String of = rows == 1 ? "" : " of " + rows + " channels";
    String how = "registers of places, " + count + " non-zero weights" + of + " from streams";
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
                copy(n, Exprs.ref(at)),
                tile(n, Exprs.ref(at))));
  }

  /** Copies the places of a tile of every input channel where they are copied. */
  private Stmt copy(Expr n, Expr at) {
    if (strip == null) {
      return Stmts.block();
    }
    Expr from = Exprs.add(Exprs.mul(n, g.c() * g.inPlane()), at);
    return new SparseStrip(vectors, g.c(), g.inPlane(), pitch()).call(strip, x, from, last(at));
  }

  /** Places from the first register of the tile at {@code at} to the last. */
  private Expr last(Expr at) {
    return Exprs.min(
        Exprs.mul(Exprs.lanes(), vectors - 1),
        Exprs.sub(Exprs.sub(Exprs.intLit(g.outPlane()), Exprs.lanes()), at));
  }

  private Stmt tile(Expr n, Expr at) {
    RegisterEpilogue epilogue = k.hasEpilogue() ? RegisterEpilogue.ofPlaces(k) : null;
    return new SparseTile(rows, vectors, strip != null, epilogue)
        .call(
            new SparseTile.Operands(
                y,
                Exprs.add(Exprs.mul(n, g.oc() * g.outPlane()), at),
                g.outPlane(),
                strip == null ? x : strip,
                strip == null ? Exprs.add(Exprs.mul(n, g.c() * g.inPlane()), at) : Exprs.intLit(0),
                streams,
                bias,
                last(at),
                g.oc() / rows));
  }
}
