package dev.coppice.compiler.schedule;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.Target;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Chooses how a convolution is computed: of the schedules that apply, the one with the least
 * predicted time plus price of its bytes.
 */
public final class ConvSchedules {
  /** Fraction of zeros from which sparse schedules are considered. */
  private static final double SPARSE_FROM = 0.3;

  private ConvSchedules() {}

  /** The kernel of a convolution of this geometry; operands as {@code op.Conv} says. */
  public static Kernel lower(ConvGeometry g, KernelBuilder k) {
    boolean floating = g.dtype() == DType.FLOAT32 || g.dtype() == DType.FLOAT64;
    boolean planar = g.spatial() <= 2 || g.isPointwise();
    if (!floating || !planar || k.constant(1).isEmpty() || g.outputType().shape().size() == 0) {
      return DirectConv.lower(g, k);
    }
    PlaneTiling tiling = PlaneTiling.of(g, k.target().planeLength());
    Tensor w = k.constant(1).get();
    List<Candidate> candidates = new ArrayList<>(dense(g, k, tiling));
    double zeros = zeroFraction(w);
    if (zeros >= SPARSE_FROM && sparseApplies(g, k)) {
      candidates.addAll(sparse(g, k, tiling, w));
      candidates.sort(Comparator.comparingDouble(c -> c.score(k.target())));
      k.note(
          String.format(Locale.ROOT, "%.1f %% of the weights are zero; ", 100 * zeros)
              + explain(candidates, k.target()));
    } else {
      candidates.sort(Comparator.comparingDouble(c -> c.score(k.target())));
    }
    return candidates.get(0).kernel.get();
  }

  /**
   * A schedule that applies.
   *
   * @param name what it is called in the report
   * @param time predicted nanoseconds
   * @param codeBytes bytecode beyond what any schedule needs
   * @param weightBytes stored weights
   * @param kernel makes the kernel
   */
  private record Candidate(
      String name, double time, long codeBytes, long weightBytes, Supplier<Kernel> kernel) {
    double score(Target target) {
      return codeBytes > target.costs().codeBytes()
          ? Double.MAX_VALUE
          : time + target.costs().perByte() * (codeBytes + weightBytes);
    }

    String figures() {
      return String.format(
          Locale.ROOT,
          "%s: %.1f us, code %d B, weights %d B",
          name,
          time / 1000,
          codeBytes,
          weightBytes);
    }
  }

  private static String explain(List<Candidate> candidates, Target target) {
    StringBuilder text = new StringBuilder("chosen ").append(candidates.get(0).figures());
    for (Candidate c : candidates.subList(1, candidates.size())) {
      text.append("; rejected ").append(c.figures());
      if (c.codeBytes > target.costs().codeBytes()) {
        text.append(" (more code than the ")
            .append(target.costs().codeBytes())
            .append(" B a kernel may add)");
      }
    }
    return text.toString();
  }

  private static List<Candidate> dense(ConvGeometry g, KernelBuilder k, PlaneTiling tiling) {
    PlaneCost cost = new PlaneCost(g, tiling, k.target());
    long bytes = (long) g.oc() * g.groupC() * g.taps() * g.dtype().bytes();
    List<Candidate> all = new ArrayList<>();
    if (RegisterSums.applies(g, k)) {
      all.add(
          new Candidate(
              "dense registers",
              cost.registers(RegisterSums.blocking(g, k)),
              0,
              bytes,
              () ->
                  PlaneConv.lower(
                      g,
                      k,
                      tiling,
                      new RegisterSums(g, k, tiling.tileLength(), Optional.empty()))));
    }
    if (RegisterSums.readsInPlace(g, k)) {
      PlaneTiling padded = PlaneTiling.inPlace(g, k.target().planeLength());
      all.add(
          new Candidate(
              "dense registers in place",
              new PlaneCost(g, padded, k.target()).registersInPlace(RegisterSums.blocking(g, k)),
              0,
              bytes,
              () ->
                  PlaneConv.lower(
                      g,
                      k,
                      padded,
                      new RegisterSums(
                          g,
                          k,
                          padded.tileLength(),
                          Optional.of(new TapCopies(g, k, padded, true).places())))));
    }
    all.add(
        new Candidate(
            "dense planes",
            cost.dense(PlaneBlocking.dense(g, k.target())),
            0,
            bytes,
            () -> PlaneConv.lower(g, k, tiling, new DenseSums(g, k))));
    if (g.groupOc() >= 8) {
      all.add(new Candidate("dense rows", cost.rows(), 0, bytes, () -> RowConv.lower(g, k)));
    }
    return all;
  }

  private static boolean sparseApplies(ConvGeometry g, KernelBuilder k) {
    return g.group() == 1
        && g.dtype() == DType.FLOAT32
        && (k.inputs() < 3 || k.constant(2).isPresent());
  }

  private static List<Candidate> sparse(
      ConvGeometry g, KernelBuilder k, PlaneTiling tiling, Tensor w) {
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

  private static double zeroFraction(Tensor w) {
    long zeros = 0;
    for (int i = 0; i < w.size(); i++) {
      zeros += w.floatAt(i) == 0 ? 1 : 0;
    }
    return w.size() == 0 ? 0 : (double) zeros / w.size();
  }

  /** Formula and sizes for the reader of the emitted code. */
  static String comment(ConvGeometry g, String how) {
    StringBuilder text = new StringBuilder();
    text.append("y").append(g.outputType().shape()).append(" = conv(x[");
    text.append(g.n()).append(',').append(g.c());
    g.in().forEach(d -> text.append(',').append(d));
    text.append("], w[").append(g.oc()).append(',').append(g.groupC());
    g.kernel().forEach(d -> text.append(',').append(d));
    text.append("]), strides ").append(g.strides()).append(", pads ").append(g.pads());
    if (g.dilations().stream().anyMatch(d -> d != 1)) {
      text.append(", dilations ").append(g.dilations());
    }
    if (g.group() != 1) {
      text.append(", group ").append(g.group());
    }
    return text.append("; by ").append(how).toString();
  }
}
