package dev.coppice.compiler.schedule;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.loop.Array;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.tensor.DType;
import java.util.ArrayList;
import java.util.List;

/**
 * Convolution with output places as the vector axis. For a tile of the output plane, what each
 * (input channel, kernel element) pair contributes is copied into a scratch plane of its own, so
 * that every output channel is a chain of {@link Axpy} calls over planes that are in the
 * first-level cache; channels are blocked so that they stay there. Depthwise, grouped, strided and
 * dilated forms differ in the copies only; dense and sparse weights in the {@link PlaneSums}.
 */
final class PlaneConv {
  /** Output channels that are worth laying out the planes once more. */
  private static final int LEAST_CHANNELS = 16;

  private final ConvGeometry g;
  private final KernelBuilder k;
  private final PlaneTiling tiling;
  private final TapCopies taps;
  private final PlaneSums sums;
  private final PlaneBlocking blocking;
  private final int ocBlock;
  private final int planes;
  private final Buffer x;
  private final Buffer y;
  private final Buffer p;
  private final Buffer acc;

  private PlaneConv(ConvGeometry g, KernelBuilder k, PlaneTiling tiling, PlaneSums sums) {
    this.g = g;
    this.k = k;
    this.sums = sums;
    this.blocking = sums.blocking();
    int threads = k.target().threads();
    int blocks = g.n() * g.group();
    this.ocBlock =
        new Shares(blocks * tiling.count(), threads)
            .block(g.groupOc(), blocking.ocBlock(), sums.ocStep(), LEAST_CHANNELS);
    this.tiling = tiling.shared(new Shares(blocks * Loops.ceilDiv(g.groupOc(), ocBlock), threads));
    this.x = k.input(0, "x");
    this.y = k.output(0, "y");
    this.taps = this.tiling.taps(g, k, sums.inPlace());
    this.planes = blocking.icBlock() * taps.planes();
    this.p =
        k.scratchRows(
            "p",
            g.dtype(),
            Math.max(planes, k.residuals().size()),
            sums.room(this.tiling.tileLength()) + taps.reach());
    this.acc = k.scratchRows("acc", g.dtype(), ocBlock, sums.room(this.tiling.tileLength()));
  }

  /** Whether there are floats, planes to fill with them, and weights to lay out beforehand. */
  static boolean applies(ConvGeometry g, KernelBuilder k) {
    return (g.dtype() == DType.FLOAT32 || g.dtype() == DType.FLOAT64)
        && (g.spatial() <= 2 || g.isPointwise())
        && k.constant(1).isPresent()
        && g.outputType().shape().size() > 0;
  }

  static Kernel lower(ConvGeometry g, KernelBuilder k, PlaneTiling tiling, PlaneSums sums) {
    return new PlaneConv(g, k, tiling, sums).kernel();
  }

  private Kernel kernel() {
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
                            "oc0",
                            g.groupOc(),
                            ocBlock,
                            (oc0, count) ->
                                tiling.tiles(
                                    (t, rows, length) ->
                                        tile(n, group, oc0, count, t, rows, length)))));
    return k.build("conv", ConvSchedules.comment(g, sums.description()), body);
  }

  private Stmt tile(Expr n, Expr group, Expr oc0, Expr count, Expr t, Expr rows, Expr length) {
    Expr firstC = Exprs.add(Exprs.mul(n, g.c()), Exprs.mul(group, g.groupC()));
    Expr firstO = Exprs.add(Exprs.mul(group, g.groupOc()), oc0);
    List<Stmt> body = new ArrayList<>();
    body.add(block(firstC, group, Exprs.intLit(0), true, oc0, count, t, rows, length));
    if (sums.unrolled()) {
      for (int cb = 1; cb < blocking.blocks(); cb++) {
        body.add(block(firstC, group, Exprs.intLit(cb), false, oc0, count, t, rows, length));
      }
    } else if (blocking.blocks() > 1) {
      body.add(
          Stmts.loop(
              "cb",
              Exprs.intLit(1),
              Exprs.intLit(blocking.blocks()),
              1,
              Stmt.AxisKind.REDUCE,
              cb -> block(firstC, group, cb, false, oc0, count, t, rows, length)));
    }
    body.add(
        Loops.each(
            "oc",
            count,
            oc -> {
              Expr channel = Exprs.add(firstO, oc);
              Expr at = Exprs.mul(Exprs.add(Exprs.mul(n, g.oc()), channel), g.outPlane());
              Array plane = Exprs.row(acc, oc);
              return Finish.plane(
                  k,
                  plane,
                  sums.scaling(channel),
                  k.channelConstants().stream().map(c -> Exprs.load(c, channel)).toList(),
                  p,
                  (residual, spare) -> tiling.fetch(residual, spare, at, t, rows, length),
                  tiling.deliver(plane, y, at, t, rows, length),
                  length);
            }));
    return Stmts.block(body);
  }

  private Stmt block(
      Expr firstC,
      Expr group,
      Expr cb,
      boolean first,
      Expr oc0,
      Expr count,
      Expr t,
      Expr rows,
      Expr length) {
    return Stmts.block(
        gather(firstC, cb, t, rows, length),
        sums.add(p, acc, group, cb, first, oc0, count, length));
  }

  /**
   * Copies the places that each (input channel, kernel element) of block {@code cb} contributes to
   * the tile into their planes.
   */
  private Stmt gather(Expr firstC, Expr cb, Expr t, Expr rows, Expr length) {
    int size = blocking.icBlock();
    Expr c0 = Exprs.mul(cb, size);
    boolean ragged = g.groupC() % size != 0;
    Expr count =
        ragged
            ? Exprs.min(Exprs.intLit(size), Exprs.sub(Exprs.intLit(g.groupC()), c0))
            : Exprs.intLit(size);
    Stmt copies =
        Loops.each(
            "ic",
            count,
            ic -> {
              Expr plane = Exprs.mul(Exprs.add(Exprs.add(firstC, c0), ic), g.inPlane());
              return taps.copy(x, p, plane, Exprs.mul(ic, taps.planes()), t, rows, length);
            });
    if (!ragged) {
      return copies;
    }
    Expr zero = Exprs.literal(LoopType.of(g.dtype()), 0);
    Stmt zeros =
        Stmts.loop(
            "r",
            Exprs.mul(count, taps.planes()),
            Exprs.intLit(planes),
            1,
            Stmt.AxisKind.PARALLEL,
            r ->
                Stmts.fill(
                    Exprs.row(p, r), Exprs.intLit(0), Exprs.add(length, taps.reach()), zero));
    return Stmts.block(copies, zeros);
  }
}
