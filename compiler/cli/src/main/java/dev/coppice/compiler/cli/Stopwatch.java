package dev.coppice.compiler.cli;

import dev.coppice.compiler.cli.against.Allocation;
import java.util.Arrays;

/** Measures the latency of a task on this thread, and what it allocates on any. */
final class Stopwatch {
  /** How often the progress is told. */
  static final int STEPS = 20;

  private static final int MAX_SAMPLES = 1 << 20;
  private static final int MAX_ALLOCATION_RUNS = 100;
  private static final long MAX_ALLOCATION_NANOS = 1_000_000_000L;

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
    long budget = (long) (seconds * 1e9);
    long warm = System.nanoTime();
    do {
      task.run();
    } while (System.nanoTime() - warm < budget / 2);
    long[] nanos = new long[MAX_SAMPLES];
    int runs = 0;
    long begin = System.nanoTime();
    long now = begin;
    long told = 0;
    do {
      task.run();
      long end = System.nanoTime();
      nanos[runs++] = end - now;
      now = end;
      for (; told * budget < (now - begin) * STEPS && told < STEPS; told++) {
        step.run();
        now = System.nanoTime();
      }
    } while (now - begin < budget && runs < MAX_SAMPLES);
    Arrays.sort(nanos, 0, runs);
    long median = nanos[runs / 2];
    int counted = (int) Math.min(MAX_ALLOCATION_RUNS, 1 + MAX_ALLOCATION_NANOS / (median + 1));
    return new Result(
        runs,
        median / 1e3,
        nanos[(int) (runs * 0.99)] / 1e3,
        Allocation.bytesPerRun(task, counted));
  }
}
