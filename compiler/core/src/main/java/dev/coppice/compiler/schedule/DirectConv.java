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
import dev.coppice.compiler.loop.Var;
import java.util.ArrayList;
import java.util.List;

/**
 * Convolution by definition, for any rank, element type and weights known only at run time: one sum
 * after the other.
 */
final class DirectConv {
  private final ConvGeometry g;
  private final KernelBuilder k;
  private final Buffer x;
  private final Buffer w;
  private final Buffer y;
  private final Var sum;

  private DirectConv(ConvGeometry g, KernelBuilder k) {
    this.g = g;
    this.k = k;
    this.x = k.input(0, "x");
    this.w = k.input(1, "w");
    this.y = k.output(0, "y");
    this.sum = new Var("sum", LoopType.of(g.dtype()));
  }

  /** Of use where no other schedule applies. */
  static List<Candidate> candidates(ConvGeometry g, KernelBuilder k) {
    if (PlaneConv.applies(g, k)) {
      return List.of();
    }
    return List.of(
        new Candidate(
            "definition",
            g.macs() * k.target().costs().strided(),
            0,
            k.constant(1).isPresent() ? g.weightBytes() : 0,
            () -> new DirectConv(g, k).kernel()));
  }

  private Kernel kernel() {
    Buffer b = k.inputs() > 2 ? k.input(2, "b") : null;
    Stmt body =
        Loops.each(
            "n",
            g.n(),
            n ->
                Stmts.loop(
                    "oc",
                    g.oc(),
                    oc ->
                        out(
                            0,
                            Exprs.add(Exprs.mul(n, g.oc()), oc),
                            new ArrayList<>(),
                            (at, place) ->
                                Stmts.block(
                                    Stmts.local(
                                        sum,
                                        b == null
                                            ? Exprs.literal(sum.type(), 0)
                                            : Exprs.load(b, oc)),
                                    Stmts.reduceLoop(
                                        "ic",
                                        g.groupC(),
                                        ic -> {
                                          Expr channel =
                                              Exprs.add(
                                                  Exprs.mul(
                                                      Exprs.div(oc, Exprs.intLit(g.groupOc())),
                                                      g.groupC()),
                                                  ic);
                                          Expr from = Exprs.add(Exprs.mul(n, g.c()), channel);
                                          Expr weight = Exprs.add(Exprs.mul(oc, g.groupC()), ic);
                                          return taps(0, place, from, weight);
                                        }),
                                    Stmts.store(y, at, k.finish(Exprs.ref(sum), at))))));
    return k.build("conv", ConvSchedules.comment(g, "definition"), body);
  }

  private interface PlaceBody {
    Stmt apply(Expr at, List<Expr> place);
  }

  private Stmt out(int axis, Expr at, List<Expr> place, PlaceBody body) {
    if (axis == g.spatial()) {
      return body.apply(at, place);
    }
    return Stmts.loop(
        "o" + axis,
        g.out().get(axis),
        o -> {
          List<Expr> further = new ArrayList<>(place);
          further.add(o);
          return out(axis + 1, Exprs.add(Exprs.mul(at, g.out().get(axis)), o), further, body);
        });
  }

  /**
   * Loops over the kernel axes from {@code axis}, skipping places outside of x; {@code from} and
   * {@code weight} index x and w so far.
   */
  private Stmt taps(int axis, List<Expr> place, Expr from, Expr weight) {
    if (axis == g.spatial()) {
      Expr product = Exprs.mul(Exprs.load(x, from), Exprs.load(w, weight));
      return Stmts.assign(sum, Exprs.add(Exprs.ref(sum), product));
    }
    int in = g.in().get(axis);
    Var i = new Var("i" + axis, LoopType.INT);
    return Stmts.reduceLoop(
        "k" + axis,
        g.kernel().get(axis),
        tap -> {
          Expr at =
              Exprs.add(
                  Exprs.mul(place.get(axis), g.strides().get(axis)),
                  Exprs.mul(tap, g.dilations().get(axis)));
          Stmt inner =
              taps(
                  axis + 1,
                  place,
                  Exprs.add(Exprs.mul(from, in), Exprs.ref(i)),
                  Exprs.add(Exprs.mul(weight, g.kernel().get(axis)), tap));
          boolean padded = g.pads().get(axis) > 0 || g.pads().get(g.spatial() + axis) > 0;
          Expr inside =
              Exprs.and(
                  Exprs.ge(Exprs.ref(i), Exprs.intLit(0)),
                  Exprs.lt(Exprs.ref(i), Exprs.intLit(in)));
          return Stmts.block(
              Stmts.local(i, Exprs.add(at, -g.pads().get(axis))),
              padded ? Stmts.when(inside, inner) : inner);
        });
  }
}
