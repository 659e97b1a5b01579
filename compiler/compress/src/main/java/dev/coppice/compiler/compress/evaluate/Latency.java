package dev.coppice.compiler.compress.evaluate;

import java.util.Arrays;

/**
 * How long a task takes on this thread, measured here and now.
 *
 * @param runs measured runs
 * @param medianMicros median in microseconds
 * @param p99Micros 99th percentile in microseconds
 */
public record Latency(int runs, double medianMicros, double p99Micros) {
  /** How often the progress of a measurement is told. */
  public static final int STEPS = 20;

  private static final int MAX_SAMPLES = 1 << 20;

  /** Runs {@code task} for half of {@code seconds} unmeasured, then for {@code seconds}. */
  public static Latency measure(Runnable task, double seconds, Runnable step) {
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
    return new Latency(runs, nanos[runs / 2] / 1e3, nanos[(int) (runs * 0.99)] / 1e3);
  }
}
