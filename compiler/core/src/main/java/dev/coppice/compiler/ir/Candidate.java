package dev.coppice.compiler.ir;

import dev.coppice.compiler.loop.Kernel;
import java.util.function.Supplier;

/**
 * A way to compute a node, one of those that {@link KernelBuilder#choose} is given.
 *
 * @param prediction what it would take
 * @param kernel makes the kernel; called for the chosen candidate only, so that no other asks for
 *     buffers
 */
public record Candidate(Prediction prediction, Supplier<Kernel> kernel) {
  /** A candidate with the components of its prediction. */
  public Candidate(
      String schedule, double nanos, long codeBytes, long weightBytes, Supplier<Kernel> kernel) {
    this(new Prediction(schedule, nanos, codeBytes, weightBytes), kernel);
  }
}
