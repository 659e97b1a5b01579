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
import dev.coppice.compiler.tensor.Reordered;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sums over every weight, in loops: each {@link Axpy#TERMS} planes in turn are added to the sums of
 * all output channels, so that planes are read from the first-level cache and only sums come from
 * the second, however long both are. Long planes make calls few.
 */
final class DenseSums implements PlaneSums {
  /** Elements of a plane of which those of one call and a row of sums fit the first-level cache. */
  private static final int LENGTH = 1024;

  /** The same where few output channels read a plane: all that a tile needs fits. */
  private static final int SHORT_LENGTH = 512;

  /** Output channels from which planes are read often enough. */
  private static final int MANY_CHANNELS = 4;

  private final ConvGeometry g;
  private final PlaneBlocking blocking;
  private final Buffer w;
  private final @Nullable Buffer b;

  DenseSums(ConvGeometry g, KernelBuilder k) {
    this.g = g;
    this.blocking = PlaneBlocking.inTurn(g);
    this.w = k.weights("w", packed(k.constant(1).orElseThrow()));
    this.b = k.inputs() > 2 ? k.input(2, "b") : null;
  }

  static List<Candidate> candidates(ConvGeometry g, KernelBuilder k) {
    if (!PlaneConv.applies(g, k)) {
      return List.of();
    }
    PlaneTiling tiling = PlaneTiling.of(g, g.groupOc() < MANY_CHANNELS ? SHORT_LENGTH : LENGTH);
    double nanos = new PlaneCost(g, tiling, k.target()).dense(PlaneBlocking.inTurn(g));
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
    int terms = blocking.terms();
    Expr row = Exprs.add(Exprs.mul(group, blocking.blocks()), block);
    Expr panel = Exprs.mul(row, g.groupOc() * terms);
    int full = terms / Axpy.TERMS * Axpy.TERMS;
    int from = first && full > 0 ? Axpy.TERMS : 0;
    List<Stmt> body = new ArrayList<>();
    if (from > 0) {
      body.add(each(p, acc, group, panel, Exprs.intLit(0), from, true, oc0, count, length));
    }
    if (full > from) {
      body.add(
          Stmts.loop(
              "k",
              Exprs.intLit(from),
              Exprs.intLit(full),
              Axpy.TERMS,
              Stmt.AxisKind.REDUCE,
              k -> each(p, acc, group, panel, k, Axpy.TERMS, false, oc0, count, length)));
    }
    if (terms > full) {
      boolean starts = first && full == 0;
      Expr k = Exprs.intLit(full);
      body.add(each(p, acc, group, panel, k, terms - full, starts, oc0, count, length));
    }
    return Stmts.block(body);
  }

  /** Adds {@code n} planes from {@code k} on to the sums of each output channel. */
  private Stmt each(
      Buffer p,
      Buffer acc,
      Expr group,
      Expr panel,
      Expr k,
      int n,
      boolean starts,
      Expr oc0,
      Expr count,
      Expr length) {
    return Loops.each(
        "oc",
        count,
        oc -> {
          Expr channel = Exprs.add(oc0, oc);
          Var at = new Var("wAt", LoopType.INT);
          List<Array> planes = new ArrayList<>();
          List<Expr> weights = new ArrayList<>();
          for (int t = 0; t < n; t++) {
            planes.add(Exprs.row(p, Exprs.add(k, t)));
            weights.add(Exprs.load(w, Exprs.add(Exprs.ref(at), t)));
          }
          Array sums = Exprs.row(acc, oc);
          Expr before = Exprs.add(panel, Exprs.mul(k, g.groupOc()));
          return Stmts.block(
              Stmts.local(at, Exprs.add(before, Exprs.mul(channel, n))),
              starts
                  ? Axpy.start(sums, bias(group, channel), planes, weights, length)
                  : Axpy.accumulate(sums, planes, weights, length));
        });
  }

  private Expr bias(Expr group, Expr channel) {
    return b == null
        ? Exprs.literal(LoopType.of(g.dtype()), 0)
        : Exprs.load(b, Exprs.add(Exprs.mul(group, g.groupOc()), channel));
  }

  /**
   * Weights in reading order: [group, block of input channels, call, output channel, term of call],
   * zero beyond the last channel. A term is a pair of an input channel in its block and a tap.
   */
  private Reordered packed(Tensor w) {
    int terms = blocking.terms();
    int perBlock = g.groupOc() * terms;
    int perGroup = g.groupOc() * g.groupC() * g.taps();
    return Packing.gather(
        w,
        g.group() * blocking.blocks() * perBlock,
        i -> {
          int call = i % perBlock / (g.groupOc() * Axpy.TERMS);
          int n = Math.min(Axpy.TERMS, terms - call * Axpy.TERMS);
          int inCall = i % perBlock - call * g.groupOc() * Axpy.TERMS;
          int oc = inCall / n;
          int term = call * Axpy.TERMS + inCall % n;
          int block = i / perBlock % blocking.blocks();
          int group = i / perBlock / blocking.blocks();
          int ic = block * blocking.icBlock() + term / g.taps();
          return ic < g.groupC()
              ? group * perGroup + (oc * g.groupC() + ic) * g.taps() + term % g.taps()
              : -1;
        });
  }
}
