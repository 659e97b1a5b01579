package dev.coppice.compiler.cli;

import dev.coppice.compiler.cli.against.Allocation;
import dev.coppice.compiler.compress.evaluate.Latency;

/** Measures the latency of a task on this thread, and what it allocates on any. */
final class Stopwatch {
  /** How often the progress is told. */
  static final int STEPS = Latency.STEPS;

  private static final int MAX_ALLOCATION_RUNS = 100;
  private static final double MAX_ALLOCATION_MICROS = 1e6;

  private Stopwatch() {}

  /**
   * What was measured.
   *
   * @param runs measured runs
   * @param medianMicros median latency in microseconds
   * @param p99Micros 99th percentile of latency in microseconds
   * @param allocatedBytesPerRun bytes that threads allocated, divided by runs
   */
  record Result(int runs, double medianMicros, double p99Micros, double allocatedBytesPerRun) {}

  /** Runs {@code task} for half of {@code seconds} unmeasured, then for {@code seconds}. */
  static Result measure(Runnable task, double seconds, Runnable step) {
    Latency latency = Latency.measure(task, seconds, step);
    double counted = 1 + MAX_ALLOCATION_MICROS / (latency.medianMicros() + 1e-3);
    return new Result(
        latency.runs(),
        latency.medianMicros(),
        latency.p99Micros(),
        Allocation.bytesPerRun(task, (int) Math.min(MAX_ALLOCATION_RUNS, counted)));
  }
}
