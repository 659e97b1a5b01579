package dev.coppice.examples.benchmarks;

import dev.coppice.compiler.lowering.CallWork;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongToDoubleFunction;

/**
 * The least time that a core's peaks allow for kernel calls, which run one after the other: that of
 * a whole is the sum of theirs. A call takes at least as long as the longest of
 *
 * <ul>
 *   <li>the operations that it executes, at the peak of multiply-adds;
 *   <li>the weights that it is the first to read, at the bandwidth of reading as much as all that a
 *       run touches: since the run before, the rest has passed the caches;
 *   <li>the values that it reads and writes, at the bandwidth of reading as much as they are, as if
 *       the call before had left them in the nearest cache that holds them.
 * </ul>
 *
 * @param gflops operations a nanosecond, two each multiply-add
 * @param bandwidth bytes a nanosecond of reading so many bytes again and again
 */
record Roofline(double gflops, LongToDoubleFunction bandwidth) {
  /** That of {@code peak}, whose bandwidths are measured when they are asked for. */
  static Roofline of(CorePeak peak) {
    Map<Long, Double> measured = new HashMap<>();
    return new Roofline(
        peak.gflops(), bytes -> measured.computeIfAbsent(bytes, CorePeak::bandwidth));
  }

  /**
   * Microseconds.
   *
   * @param works the calls of a run
   * @param bytes all that a run touches: weights, inputs, outputs and the arena
   */
  double micros(List<CallWork> works, long bytes) {
    double weightsBandwidth = bandwidth.applyAsDouble(bytes);
    double nanos = 0;
    for (CallWork w : works) {
      double compute = 2.0 * w.executedMacs() / gflops;
      double weights = w.weightBytes() / weightsBandwidth;
      double values =
          w.valueBytes() == 0 ? 0 : w.valueBytes() / bandwidth.applyAsDouble(w.valueBytes());
      nanos += Math.max(compute, Math.max(weights, values));
    }
    return nanos / 1e3;
  }
}
