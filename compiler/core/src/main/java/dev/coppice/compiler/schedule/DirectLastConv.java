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
import org.jspecify.annotations.Nullable;

/**
 * Convolution by definition, for any rank, element type and weights known only at run time: one sum
 * after the other. Channels of a place lie side by side.
 */
final class DirectLastConv {
  private final ConvGeometry g;
  private final KernelBuilder k;
  private final Buffer x;
  private final Buffer w;
  private final Buffer y;
  private final Var sum;

  private DirectLastConv(ConvGeometry g, KernelBuilder k) {
    this.g = g;
    this.k = k;
    this.x = k.input(0, "x");
    this.w = k.input(1, "w");
    this.y = k.output(0, "y");
    this.sum = new Var("sum", LoopType.of(g.dtype()));
  }

  static List<Candidate> candidates(ConvGeometry g, KernelBuilder k) {
    if (PanelConv.applies(g, k)) {
      return List.of();
    }
    return List.of(
        new Candidate(
            "definition",
            g.macs() * k.target().costs().strided(),
            0,
            k.constant(1).isPresent() ? g.weightBytes() : 0,
            () -> new DirectLastConv(g, k).kernel()));
  }

  private Kernel kernel() {
    Buffer b = k.inputs() > 2 ? k.input(2, "b") : null;
    Stmt body =
        Loops.each(
            "n",
            g.n(),
            n ->
                out(
                    0,
                    n,
                    new ArrayList<>(),
                    (place, at) -> Stmts.loop("oc", g.oc(), oc -> element(b, n, oc, place, at))));
    return k.build("conv", ConvSchedules.comment(g, "definition, channels last"), body);
  }

  private Stmt element(@Nullable Buffer b, Expr n, Expr oc, Expr place, List<Expr> at) {
    Expr firstC = Exprs.mul(Exprs.div(oc, Exprs.intLit(g.groupOc())), g.groupC());
    Expr to = Exprs.add(Exprs.mul(place, g.oc()), oc);
    return Stmts.block(
        Stmts.local(sum, b == null ? Exprs.literal(sum.type(), 0) : Exprs.load(b, oc)),
        Stmts.reduceLoop(
            "ic",
            g.groupC(),
            ic -> {
              Expr weight = Exprs.add(Exprs.mul(oc, g.groupC()), ic);
              return taps(0, at, n, Exprs.add(firstC, ic), weight);
            }),
        Stmts.store(y, to, k.finish(Exprs.ref(sum), to)));
  }

  private interface PlaceBody {
    Stmt apply(Expr place, List<Expr> at);
  }

  private Stmt out(int axis, Expr place, List<Expr> at, PlaceBody body) {
    if (axis == g.spatial()) {
      return body.apply(place, at);
    }
    return Stmts.loop(
        "o" + axis,
        g.out().get(axis),
        o -> {
          List<Expr> further = new ArrayList<>(at);
          further.add(o);
          return out(axis + 1, Exprs.add(Exprs.mul(place, g.out().get(axis)), o), further, body);
        });
  }

  /**
   * Loops over the kernel axes from {@code axis}, skipping places outside of x; {@code from} is the
   * place in x so far, {@code weight} the index in w.
   */
  private Stmt taps(int axis, List<Expr> place, Expr from, Expr channel, Expr weight) {
    if (axis == g.spatial()) {
      Expr product =
          Exprs.mul(
              Exprs.load(x, Exprs.add(Exprs.mul(from, g.c()), channel)), Exprs.load(w, weight));
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
                  channel,
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
