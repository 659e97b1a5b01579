package dev.coppice.compiler.schedule;

import dev.coppice.compiler.loop.Costs;
import dev.coppice.compiler.loop.Target;

/** Predicts nanoseconds of the schedules of a convolution from the target's costs. */
final class PlaneCost {
  private final ConvGeometry g;
  private final PlaneTiling tiling;
  private final Costs costs;

  PlaneCost(ConvGeometry g, PlaneTiling tiling, Target target) {
    this.g = g;
    this.tiling = tiling;
    this.costs = target.costs();
  }

  /** {@link PlaneConv} with {@link DenseSums}. */
  double dense(PlaneBlocking blocking) {
    double calls =
        (double) g.group()
            * g.groupOc()
            * blocking.blocks()
            * Loops.ceilDiv(blocking.terms(), Axpy.TERMS);
    return planes(blocking) + calls * perCall(0);
  }

  /** {@link PlaneConv} with {@link RegisterSums}. */
  double registers(PlaneBlocking blocking) {
    double sums = (double) g.group() * g.groupOc() * blocking.blocks() * blocking.terms();
    int length = tiling.tileLength();
    int rows = Math.min(RegisterTile.MOST_ROWS, g.groupOc());
    double places =
        (double) tiling.count()
            * RegisterTile.of(rows, length, RegisterTile.Start.RESULT).computed(length);
    double calls = sums / RegisterTile.MOST_ROWS / blocking.terms() * tiling.count();
    return planes(blocking) + g.n() * (sums * places * costs.blocked() + calls * costs.call());
  }

  /** The same where taps are read in place: what they meet is laid out once. */
  double registersInPlace(PlaneBlocking blocking) {
    double passes = (double) g.n() * Math.ceil(g.groupOc() / (double) blocking.ocBlock());
    double taps = g.taps() * (double) tiling.count() * tiling.tileLength() * costs.copy();
    return registers(blocking) - passes * g.c() * taps;
  }

  /** {@link PlaneConv} with non-zero weights that take {@code calls} microkernel calls a tile. */
  double sparse(PlaneBlocking blocking, int calls, boolean streamed) {
    return planes(blocking) + calls * perCall(streamed ? costs.streamed() * Axpy.TERMS : 0);
  }

  /** {@link RowConv}. */
  double rows() {
    int window = g.groupC() * g.taps();
    double calls = Math.ceil(window / (double) Axpy.TERMS);
    // Every place of a window is found by itself, and in padding its bounds are checked, too.
    boolean padded = g.pads().stream().anyMatch(pad -> pad > 0);
    double look = (g.isPointwise() ? 1 : padded ? 12 : 3) * costs.strided();
    double place =
        window * look
            + calls * (costs.call() + Axpy.TERMS * costs.term() * g.groupOc())
            + g.groupOc() * costs.strided();
    return (double) g.n() * g.group() * g.outPlane() * place;
  }

  /** One call over all tiles of a plane, with every place of the batch. */
  private double perCall(double extra) {
    double elements = (double) tiling.count() * tiling.tileLength();
    return g.n() * (tiling.count() * (costs.call() + extra) + Axpy.TERMS * costs.term() * elements);
  }

  /** Copies into planes and out of them. */
  private double planes(PlaneBlocking blocking) {
    int last = g.spatial() - 1;
    double passes = (double) g.n() * Math.ceil(g.groupOc() / (double) blocking.ocBlock());
    double length = (double) tiling.count() * tiling.tileLength();
    boolean contiguous = g.isPointwise() || WrappedTap.applies(g);
    double inputRows = g.inPlane() / (double) g.in().get(last);
    double lay =
        contiguous
            ? 0
            : g.inPlane() * (g.strides().get(last) == 1 ? costs.copy() : costs.strided())
                + inputRows * costs.call();
    // Columns that wrapped around are set to zero one by one.
    double blank = WrappedTap.applies(g) ? (g.taps() - 1) * inputRows * costs.strided() : 0;
    double taps = g.taps() * (length * costs.copy() + tiling.count() * costs.call());
    double rows = contiguous ? 0 : g.outPlane() / (double) g.out().get(last) * costs.call();
    double deliver = 2 * length * costs.copy() + rows;
    return passes * g.c() * (lay + blank + taps) + (double) g.n() * g.oc() * deliver;
  }
}
