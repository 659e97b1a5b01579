package dev.coppice.compiler.schedule;

import dev.coppice.compiler.ir.Candidate;
import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Prediction;
import dev.coppice.compiler.loop.Array;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Costs;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.KernelWeights;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Convolution of planes with a 3x3 kernel by {@link Winograd}, with tiles as the vector axis
 * ({@link WinogradPlanes}): between the transformations there is a matrix product of output
 * channels by input channels for each element of the tiles, in {@link Axpy} calls over planes.
 */
final class PlaneWinograd {
  /** Elements of a plane of tiles beside whose loops calls take little; see {@link DenseSums}. */
  private static final int LENGTH = 512;

  /**
   * Elements of all planes of a strip. Only the sums of one product are in use at a time; an input
   * plane that has left the caches is read once for each block of output channels, which is little
   * beside the calls that short planes would take.
   */
  private static final int MOST_ELEMENTS = 1 << 22;

  /** Most arrays that planes may be. */
  private static final int MOST_PLANES = 1 << 15;

  /** Output channels whose sums are in scratch at once. */
  private static final int OC_BLOCK = 64;

  private final ConvGeometry g;
  private final KernelBuilder k;
  private final Winograd matrices;
  private final int products;
  private final PlaneTiling strips;
  private final WinogradPlanes planes;
  private final int ocBlock;
  private final Buffer x;
  private final Buffer y;
  private final Buffer w;
  private final @Nullable Buffer b;
  private final Buffer transformed;
  private final Buffer sums;

  private PlaneWinograd(ConvGeometry g, KernelBuilder k, Winograd matrices) {
    this.g = g;
    this.k = k;
    this.matrices = matrices;
    this.products = matrices.products();
    this.strips = strips(g, matrices);
    this.ocBlock = ocBlock(g);
    this.x = k.input(0, "x");
    this.y = k.output(0, "y");
    this.w = k.weights("w", packed(k.constant(1).orElseThrow()));
    this.b = k.inputs() > 2 ? k.input(2, "b") : null;
    this.planes = new WinogradPlanes(g, k, matrices, strips);
    int length = strips.tileLength();
    this.transformed = k.scratchRows("transformed", g.dtype(), products * g.c(), length);
    this.sums = k.scratchRows("sums", g.dtype(), products * ocBlock, length);
  }

  private static int ocBlock(ConvGeometry g) {
    return Loops.balanced(g.oc(), OC_BLOCK);
  }

  /** Strips of whole rows of tiles. */
  private static PlaneTiling strips(ConvGeometry g, Winograd matrices) {
    int most = MOST_ELEMENTS / (matrices.products() * (g.c() + ocBlock(g)));
    return PlaneTiling.inPlace(WinogradPlanes.tiles(g, matrices), Math.min(LENGTH, most));
  }

  static List<Candidate> candidates(ConvGeometry g, KernelBuilder k) {
    return Stream.of(Winograd.F2, Winograd.F4)
        .filter(matrices -> applies(g, k, matrices))
        .map(
            matrices ->
                new Candidate(
                    new Prediction(
                        "Winograd planes " + matrices.name(),
                        nanos(g, matrices, k.target().costs()),
                        0,
                        g.weightBytes() * matrices.products() / g.taps(),
                        g.macs() - products(g, matrices)),
                    () -> new PlaneWinograd(g, k, matrices).kernel()))
        .toList();
  }

  private static boolean applies(ConvGeometry g, KernelBuilder k, Winograd matrices) {
    return PlaneConv.applies(g, k)
        && !k.target().vectorApi()
        && g.dtype() == DType.FLOAT32
        && g.kernel().equals(List.of(3, 3))
        && g.strides().equals(List.of(1, 1))
        && g.dilations().equals(List.of(1, 1))
        && g.group() == 1
        && g.out().stream().allMatch(d -> d >= matrices.outputs())
        && matrices.products() * (g.c() + ocBlock(g)) <= MOST_PLANES
        && !k.staysCoded(1)
        && Winograd.mayRound(k.constant(1).orElseThrow());
  }

  /** Multiply-accumulate operations of the matrix products. */
  private static long products(ConvGeometry g, Winograd matrices) {
    long tiles = g.n();
    for (int d : g.out()) {
      tiles *= Loops.ceilDiv(d, matrices.outputs());
    }
    return matrices.products() * tiles * g.c() * g.oc();
  }

  private static double nanos(ConvGeometry g, Winograd matrices, Costs costs) {
    PlaneTiling strips = strips(g, matrices);
    double calls = (double) matrices.products() * Loops.ceilDiv(g.c(), Axpy.TERMS) * g.oc();
    double elements = Axpy.TERMS * costs.term() * strips.tileLength();
    return g.n() * strips.count() * calls * (costs.call() + elements)
        + WinogradPlanes.inputNanos(g, matrices, strips, costs)
        + WinogradPlanes.outputNanos(g, matrices, strips, costs);
  }

  private Kernel kernel() {
    Stmt body =
        Loops.each(
            "n", g.n(), image -> strips.tiles((t, rows, length) -> strip(image, t, rows, length)));
    return k.build(
        "conv",
        ConvSchedules.comment(g, "Winograd's " + matrices.name() + ", planes of tiles"),
        body);
  }

  private Stmt strip(Expr image, Expr t, Expr rows, Expr length) {
    Stmt transform =
        Loops.each(
            "ic",
            g.c(),
            ic -> {
              Expr plane = Exprs.mul(Exprs.add(Exprs.mul(image, g.c()), ic), g.inPlane());
              return planes.input(x, transformed, ic, g.c(), plane, t, rows, length);
            });
    Stmt channels =
        Loops.blocked(
            "oc0",
            g.oc(),
            ocBlock,
            (oc0, count) ->
                Stmts.block(
                    Loops.each("product", products, p -> product(p, oc0, count, length)),
                    Loops.each("oc", count, oc -> result(image, oc0, oc, t, rows, length))));
    return Stmts.block(transform, channels);
  }

  /** The matrix product of element {@code p} of all tiles. */
  private Stmt product(Expr p, Expr oc0, Expr count, Expr length) {
    int full = g.c() / Axpy.TERMS * Axpy.TERMS;
    List<Stmt> body = new ArrayList<>();
    int from = Math.min(Axpy.TERMS, g.c());
    body.add(terms(p, Exprs.intLit(0), from, true, oc0, count, length));
    if (full > from) {
      body.add(
          Stmts.loop(
              "k",
              Exprs.intLit(from),
              Exprs.intLit(full),
              Axpy.TERMS,
              Stmt.AxisKind.REDUCE,
              at -> terms(p, at, Axpy.TERMS, false, oc0, count, length)));
    }
    if (g.c() > full && full > 0) {
      body.add(terms(p, Exprs.intLit(full), g.c() - full, false, oc0, count, length));
    }
    return Stmts.block(body);
  }

  /** Adds what {@code n} input channels from {@code at} on contribute. */
  private Stmt terms(Expr p, Expr at, int n, boolean starts, Expr oc0, Expr count, Expr length) {
    return Loops.each(
        "oc",
        count,
        oc -> {
          Var inW = new Var("wAt", LoopType.INT);
          List<Array> inputs = new ArrayList<>();
          List<Expr> weights = new ArrayList<>();
          for (int i = 0; i < n; i++) {
            Expr channel = Exprs.add(at, i);
            inputs.add(Exprs.row(transformed, Exprs.add(Exprs.mul(p, g.c()), channel)));
            weights.add(Exprs.load(w, Exprs.add(Exprs.ref(inW), i)));
          }
          Array sum = Exprs.row(sums, Exprs.add(Exprs.mul(p, ocBlock), oc));
          Expr call = Exprs.mul(Exprs.add(Exprs.mul(p, g.c()), at), g.oc());
          return Stmts.block(
              Stmts.local(inW, Exprs.add(call, Exprs.mul(Exprs.add(oc0, oc), n))),
              starts
                  ? Axpy.start(sum, zero(), inputs, weights, length)
                  : Axpy.accumulate(sum, inputs, weights, length));
        });
  }

  private Expr zero() {
    return Exprs.literal(LoopType.of(g.dtype()), 0);
  }

  private Stmt result(Expr image, Expr oc0, Expr oc, Expr t, Expr rows, Expr length) {
    Expr channel = Exprs.add(oc0, oc);
    return planes.output(
        k,
        sums,
        oc,
        ocBlock,
        b == null ? zero() : Exprs.load(b, channel),
        y,
        Exprs.mul(Exprs.add(Exprs.mul(image, g.oc()), channel), g.outPlane()),
        k.channelConstants().stream().map(c -> Exprs.load(c, channel)).toList(),
        t,
        rows,
        length);
  }

  /** Weights in reading order: [product, call, output channel, input channel of call]. */
  private KernelWeights packed(Tensor weights) {
    int[] order = new int[g.oc() * g.c()];
    for (int i = 0; i < order.length; i++) {
      int call = i / (g.oc() * Axpy.TERMS);
      int n = Math.min(Axpy.TERMS, g.c() - call * Axpy.TERMS);
      int inCall = i - call * g.oc() * Axpy.TERMS;
      order[i] = inCall / n * g.c() + call * Axpy.TERMS + inCall % n;
    }
    return matrices.transform(weights, order);
  }
}
