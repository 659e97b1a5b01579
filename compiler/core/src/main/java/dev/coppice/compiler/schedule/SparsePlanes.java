package dev.coppice.compiler.schedule;

import dev.coppice.compiler.ir.Candidate;
import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import java.util.List;
import java.util.Locale;

/** {@link PlaneConv} without the zeros among the weights: the others as code or from streams. */
final class SparsePlanes {
  /** Fraction of zeros from which these schedules are considered. */
  private static final double SPARSE_FROM = 0.3;

  private SparsePlanes() {}

  static List<Candidate> candidates(ConvGeometry g, KernelBuilder k) {
    if (!applies(g, k)) {
      return List.of();
    }
    Tensor w = k.constant(1).orElseThrow();
    double zeros = zeroFraction(w);
    if (zeros < SPARSE_FROM) {
      return List.of();
    }
    k.note(String.format(Locale.ROOT, "%.1f %% of the weights are zero", 100 * zeros));
    if (SparsePlaces.applies(g, k)) {
      return SparsePlaces.candidates(g, k);
    }
    PlaneTiling tiling = PlaneTiling.of(g, k.target().planeLength());
    PlaneBlocking blocking = PlaneBlocking.sparse(g, k.target(), tiling);
    SparseWeights weights = SparseWeights.of(g, blocking, w);
    ChannelScales scales = ChannelScales.of(w, g.oc());
    PlaneCost cost = new PlaneCost(g, tiling, k.target());
    int calls = weights.calls();
    int perTerm = (scales.isInt8() ? 1 : 4) + (blocking.terms() <= 256 ? 1 : 2);
    return List.of(
        new Candidate(
            "unrolled sparse",
            cost.sparse(blocking, calls, false),
            (long) calls * UnrolledSums.CALL_BYTES,
            0,
            () -> PlaneConv.lower(g, k, tiling, new UnrolledSums(g, k, blocking, weights))),
        new Candidate(
            "streamed sparse",
            cost.sparse(blocking, calls, true),
            0,
            (long) calls * Axpy.TERMS * perTerm + 4L * blocking.blocks() * g.oc(),
            () ->
                PlaneConv.lower(g, k, tiling, new StreamedSums(g, k, blocking, weights, scales))));
  }

  private static boolean applies(ConvGeometry g, KernelBuilder k) {
    return PlaneConv.applies(g, k)
        && g.group() == 1
        && g.dtype() == DType.FLOAT32
        && (k.inputs() < 3 || k.constant(2).isPresent());
  }

  private static double zeroFraction(Tensor w) {
    long zeros = 0;
    for (int i = 0; i < w.size(); i++) {
      zeros += w.floatAt(i) == 0 ? 1 : 0;
    }
    return w.size() == 0 ? 0 : (double) zeros / w.size();
  }
}
