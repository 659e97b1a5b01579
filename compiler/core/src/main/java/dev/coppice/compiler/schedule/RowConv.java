package dev.coppice.compiler.schedule;

import dev.coppice.compiler.ir.Candidate;
import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.loop.Array;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.loop.Var;
import java.util.ArrayList;
import java.util.List;

/**
 * Convolution with output channels as the vector axis, for small output planes: the window of each
 * output place is copied into scratch, and the sums of all channels of that place are {@link Axpy}
 * calls over rows of transposed weights. Several places share one pass over the weights.
 */
final class RowConv {
  /** Output places that share a pass over the weights. */
  private static final int PLACES = 8;

  /** Shorter rows of output channels fill no register. */
  private static final int FEWEST_CHANNELS = 8;

  private final ConvGeometry g;
  private final KernelBuilder k;
  private final int window;
  private final int places;

  private RowConv(ConvGeometry g, KernelBuilder k) {
    this.g = g;
    this.k = k;
    this.window = g.groupC() * g.taps();
    this.places = Loops.balanced(g.outPlane(), PLACES);
  }

  static List<Candidate> candidates(ConvGeometry g, KernelBuilder k) {
    if (!PlaneConv.applies(g, k) || g.groupOc() < FEWEST_CHANNELS || k.staysCoded(1)) {
      return List.of();
    }
    double nanos = new PlaneCost(g, PlaneTiling.of(g, k.target().planeLength()), k.target()).rows();
    return List.of(
        new Candidate("dense rows", nanos, 0, g.weightBytes(), () -> new RowConv(g, k).kernel()));
  }

  private Kernel kernel() {
    Buffer x = k.input(0, "x");
    Buffer y = k.output(0, "y");
    // Rows of all groups: row (group, term) holds the weights of the group's output channels.
    Buffer w =
        k.weightRows(
            "w",
            Packing.transposeGroups(k.constant(1).orElseThrow(), g.group(), g.groupOc(), window));
    Buffer b = k.inputs() > 2 ? k.input(2, "b") : null;
    Buffer s = k.scratch("s", g.dtype(), places * window);
    Buffer acc = k.scratchRows("acc", g.dtype(), places, g.groupOc());
    Expr zero = Exprs.literal(LoopType.of(g.dtype()), 0);
    Expr width = Exprs.intLit(g.groupOc());
    Stmt body =
        Loops.each(
            "n",
            g.n(),
            n ->
                Loops.each(
                    "g",
                    g.group(),
                    group ->
                        Loops.blocked(
                            "q0",
                            g.outPlane(),
                            places,
                            (q0, count) -> {
                              Expr firstO = Exprs.mul(group, g.groupOc());
                              Expr firstC =
                                  Exprs.add(Exprs.mul(n, g.c()), Exprs.mul(group, g.groupC()));
                              List<Stmt> block = new ArrayList<>();
                              block.add(
                                  Loops.each(
                                      "q",
                                      count,
                                      q ->
                                          Stmts.block(
                                              window(
                                                  x,
                                                  s,
                                                  firstC,
                                                  Exprs.add(q0, q),
                                                  Exprs.mul(q, window)),
                                              b == null
                                                  ? Stmts.fill(
                                                      Exprs.row(acc, q),
                                                      Exprs.intLit(0),
                                                      width,
                                                      zero)
                                                  : Stmts.copy(
                                                      b,
                                                      firstO,
                                                      Exprs.row(acc, q),
                                                      Exprs.intLit(0),
                                                      width))));
                              block.add(sums(w, s, acc, group, count));
                              block.add(
                                  Loops.each(
                                      "q",
                                      count,
                                      q ->
                                          Stmts.loop(
                                              "oc",
                                              g.groupOc(),
                                              oc -> {
                                                Expr channel =
                                                    Exprs.add(
                                                        Exprs.add(Exprs.mul(n, g.oc()), firstO),
                                                        oc);
                                                Var at = new Var("at", LoopType.INT);
                                                return Stmts.block(
                                                    Stmts.local(
                                                        at,
                                                        Exprs.add(
                                                            Exprs.mul(channel, g.outPlane()),
                                                            Exprs.add(q0, q))),
                                                    Stmts.store(
                                                        y,
                                                        Exprs.ref(at),
                                                        k.finish(
                                                            Exprs.load(Exprs.row(acc, q), oc),
                                                            Exprs.ref(at))));
                                              })));
                              return Stmts.block(block);
                            })));
    return k.build("conv", ConvSchedules.comment(g, "rows of output channels"), body);
  }

  private Stmt sums(Buffer w, Buffer s, Buffer acc, Expr group, Expr count) {
    int full = window / Axpy.TERMS * Axpy.TERMS;
    List<Stmt> body = new ArrayList<>();
    if (full > 0) {
      body.add(
          Stmts.loop(
              "k",
              Exprs.intLit(0),
              Exprs.intLit(full),
              Axpy.TERMS,
              Stmt.AxisKind.REDUCE,
              at -> Loops.each("q", count, q -> terms(w, s, acc, group, q, at, Axpy.TERMS))));
    }
    if (window > full) {
      body.add(
          Loops.each(
              "q", count, q -> terms(w, s, acc, group, q, Exprs.intLit(full), window - full)));
    }
    return Stmts.block(body);
  }

  private Stmt terms(Buffer w, Buffer s, Buffer acc, Expr group, Expr q, Expr k0, int count) {
    Axpy.Terms terms =
        new Axpy.Terms() {
          @Override
          public Array array(Expr term) {
            return Exprs.row(w, Exprs.add(Exprs.mul(group, window), term));
          }

          @Override
          public Expr weight(Expr term) {
            return Exprs.load(s, Exprs.add(Exprs.mul(q, window), term));
          }
        };
    return Axpy.accumulate(
        Exprs.row(acc, q),
        terms.arrays(k0, count),
        terms.weights(k0, count),
        Exprs.intLit(g.groupOc()));
  }

  /**
   * Copies the window of output place {@code place} to {@code s[at ..]}: channel by channel, zero
   * in the padding.
   */
  private Stmt window(Buffer x, Buffer s, Expr firstC, Expr place, Expr at) {
    if (g.isPointwise()) {
      return Stmts.loop(
          "ic",
          g.groupC(),
          ic ->
              Stmts.store(
                  s,
                  Exprs.add(at, ic),
                  Exprs.load(x, Exprs.add(Exprs.mul(Exprs.add(firstC, ic), g.inPlane()), place))));
    }
    boolean flat = g.spatial() == 1;
    int last = g.spatial() - 1;
    int ow = g.out().get(last);
    int kh = flat ? 1 : g.kernel().get(0);
    int kw = g.kernel().get(last);
    Var to = new Var("to", LoopType.INT);
    Expr oh = Exprs.div(place, Exprs.intLit(ow));
    Expr owAt = Exprs.rem(place, Exprs.intLit(ow));
    Stmt copy =
        Stmts.loop(
            "ic",
            g.groupC(),
            ic ->
                Loops.each(
                    "kh",
                    kh,
                    i ->
                        Loops.each(
                            "kw",
                            kw,
                            j -> {
                              Var ih = new Var("ih", LoopType.INT);
                              Var iw = new Var("iw", LoopType.INT);
                              Expr tap =
                                  Exprs.add(Exprs.mul(Exprs.add(Exprs.mul(ic, kh), i), kw), j);
                              Expr row = Exprs.mul(Exprs.add(firstC, ic), flat ? 1 : g.in().get(0));
                              Expr source =
                                  Exprs.add(
                                      Exprs.mul(Exprs.add(row, Exprs.ref(ih)), g.in().get(last)),
                                      Exprs.ref(iw));
                              Stmt load =
                                  Stmts.store(
                                      s, Exprs.add(Exprs.ref(to), tap), Exprs.load(x, source));
                              Expr outside =
                                  Exprs.or(
                                      outside(ih, flat ? 1 : g.in().get(0)),
                                      outside(iw, g.in().get(last)));
                              Stmt guarded =
                                  g.pads().stream().allMatch(p -> p == 0)
                                      ? load
                                      : Stmts.when(
                                          outside,
                                          Stmts.store(
                                              s,
                                              Exprs.add(Exprs.ref(to), tap),
                                              Exprs.literal(LoopType.of(g.dtype()), 0)),
                                          load);
                              return Stmts.block(
                                  Stmts.local(ih, flat ? Exprs.intLit(0) : source(0, oh, i)),
                                  Stmts.local(iw, source(last, owAt, j)),
                                  guarded);
                            })));
    return Stmts.block(Stmts.local(to, at), copy);
  }

  private static Expr outside(Var at, int extent) {
    return Exprs.or(
        Exprs.lt(Exprs.ref(at), Exprs.intLit(0)), Exprs.ge(Exprs.ref(at), Exprs.intLit(extent)));
  }

  private Expr source(int axis, Expr o, Expr tap) {
    Expr at =
        Exprs.add(Exprs.mul(o, g.strides().get(axis)), Exprs.mul(tap, g.dilations().get(axis)));
    return Exprs.add(at, -g.pads().get(axis));
  }
}
