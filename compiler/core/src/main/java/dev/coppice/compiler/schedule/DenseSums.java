package dev.coppice.compiler.schedule;

import dev.coppice.compiler.ir.Candidate;
import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.loop.Array;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sums over every weight, in loops. */
final class DenseSums implements PlaneSums {
  private final ConvGeometry g;
  private final PlaneBlocking blocking;
  private final Buffer w;
  private final @Nullable Buffer b;

  DenseSums(ConvGeometry g, KernelBuilder k) {
    this.g = g;
    this.blocking = PlaneBlocking.dense(g, k.target());
    this.w = k.weights("w", packed(k.constant(1).orElseThrow()));
    this.b = k.inputs() > 2 ? k.input(2, "b") : null;
  }

  static List<Candidate> candidates(ConvGeometry g, KernelBuilder k) {
    if (!PlaneConv.applies(g, k)) {
      return List.of();
    }
    PlaneTiling tiling = PlaneTiling.of(g, k.target().planeLength());
    double nanos = new PlaneCost(g, tiling, k.target()).dense(PlaneBlocking.dense(g, k.target()));
    return List.of(
        new Candidate(
            "dense planes",
            nanos,
            0,
            g.weightBytes(),
            () -> PlaneConv.lower(g, k, tiling, new DenseSums(g, k))));
  }

  @Override
  public PlaneBlocking blocking() {
    return blocking;
  }

  @Override
  public int ocStep() {
    return 1;
  }

  @Override
  public String description() {
    return "planes of output places";
  }

  @Override
  public Stmt add(
      Buffer p,
      Buffer acc,
      Expr group,
      Expr block,
      boolean first,
      Expr oc0,
      Expr count,
      Expr length) {
    return Loops.each(
        "oc",
        count,
        oc -> {
          Expr channel = Exprs.add(oc0, oc);
          Expr bias = first ? bias(group, channel) : null;
          Expr row = Exprs.add(Exprs.mul(group, blocking.blocks()), block);
          Var at = new Var("wAt", LoopType.INT);
          Axpy.Terms pairs =
              new Axpy.Terms() {
                @Override
                public Array array(Expr term) {
                  return Exprs.row(p, term);
                }

                @Override
                public Expr weight(Expr term) {
                  return Exprs.load(w, Exprs.add(Exprs.ref(at), term));
                }
              };
          return Stmts.block(
              Stmts.local(
                  at, Exprs.mul(Exprs.add(Exprs.mul(row, g.groupOc()), channel), blocking.terms())),
              Axpy.sum(Exprs.row(acc, oc), bias, blocking.terms(), pairs, length));
        });
  }

  private Expr bias(Expr group, Expr channel) {
    return b == null
        ? Exprs.literal(LoopType.of(g.dtype()), 0)
        : Exprs.load(b, Exprs.add(Exprs.mul(group, g.groupOc()), channel));
  }

  /**
   * Weights in reading order: [group, block of input channels, output channel, input channel in
   * block, tap], zero beyond the last channel.
   */
  private Tensor packed(Tensor w) {
    if (blocking.blocks() == 1) {
      return w.reshape(Shape.of(w.size()));
    }
    int terms = blocking.terms();
    int perGroup = g.groupOc() * g.groupC() * g.taps();
    return Packing.gather(
        w,
        g.group() * blocking.blocks() * g.groupOc() * terms,
        i -> {
          int term = i % terms;
          int oc = i / terms % g.groupOc();
          int block = i / terms / g.groupOc() % blocking.blocks();
          int group = i / terms / g.groupOc() / blocking.blocks();
          int ic = block * blocking.icBlock() + term / g.taps();
          return ic < g.groupC()
              ? group * perGroup + (oc * g.groupC() + ic) * g.taps() + term % g.taps()
              : -1;
        });
  }
}
