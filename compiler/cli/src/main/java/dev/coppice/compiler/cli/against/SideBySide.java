package dev.coppice.compiler.cli.against;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Latencies of tasks that take turns in short slices, so that whatever else the machine does meets
 * all of them.
 */
public final class SideBySide {
  /** How often the progress is told. */
  public static final int STEPS = 20;

  private static final int LEAST_TURNS = 5;
  private static final int LEAST_WARM_UP_TURNS = 3;
  private static final int MOST_WARM_UP = 6;
  private static final double FASTER = 0.97;

  private SideBySide() {}

  /**
   * How long to measure.
   *
   * @param warmUpNanos all tasks together take turns for so long unmeasured, three at least, and on
   *     while one of them gets faster, up to six times as long
   * @param nanos then for so long, measured, five turns at least
   * @param sliceNanos a turn is as many runs as fill this, one at least
   */
  public record Durations(long warmUpNanos, long nanos, long sliceNanos) {
    /** {@code seconds} in slices of 2 ms, after half of it. */
    public static Durations ofSeconds(double seconds) {
      return new Durations((long) (seconds * 5e8), (long) (seconds * 1e9), 2_000_000);
    }
  }

  /**
   * What a task took.
   *
   * @param turns measured turns
   * @param medianMicros median over the turns of the mean latency within one, in microseconds
   * @param p90Micros 90th percentile of the same
   */
  public record Latency(int turns, double medianMicros, double p90Micros) {
    private static Latency of(List<Double> micros) {
      double[] sorted = micros.stream().mapToDouble(Double::doubleValue).sorted().toArray();
      int n = sorted.length;
      double median = (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
      return new Latency(n, median, sorted[(int) (n * 0.9)]);
    }
  }

  /**
   * Measures {@code tasks} on this thread.
   *
   * @param step told {@link #STEPS} times while it measures
   */
  public static List<Latency> measure(List<Runnable> tasks, Durations durations, Runnable step) {
    Compilation.awaitIdle();
    warmUp(tasks, durations);
    List<List<Double>> micros = new ArrayList<>();
    tasks.forEach(task -> micros.add(new ArrayList<>()));
    long begin = System.nanoTime();
    int told = 0;
    for (int turn = 0; turn < LEAST_TURNS || System.nanoTime() - begin < durations.nanos; turn++) {
      for (int t = 0; t < tasks.size(); t++) {
        micros.get(t).add(turn(tasks.get(t), durations.sliceNanos));
      }
      double done = (double) (System.nanoTime() - begin) / durations.nanos;
      for (; told < Math.min(STEPS, done * STEPS); told++) {
        step.run();
      }
    }
    return micros.stream().map(Latency::of).toList();
  }

  /** The JIT may still be at work after the time asked for: then a task was faster just now. */
  private static void warmUp(List<Runnable> tasks, Durations durations) {
    long warmUp = durations.warmUpNanos;
    double[] best = new double[tasks.size()];
    Arrays.fill(best, Double.MAX_VALUE);
    long begin = System.nanoTime();
    long faster = begin;
    long now = begin;
    for (int turn = 0;
        turn < LEAST_WARM_UP_TURNS
            || now - begin < warmUp
            || (now - faster < warmUp / 2 && now - begin < MOST_WARM_UP * warmUp);
        turn++) {
      for (int t = 0; t < tasks.size(); t++) {
        double micros = turn(tasks.get(t), durations.sliceNanos);
        now = System.nanoTime();
        if (micros < best[t] * FASTER) {
          best[t] = micros;
          faster = now;
        }
      }
    }
  }

  /** Mean microseconds of the runs that fill a slice. */
  private static double turn(Runnable task, long sliceNanos) {
    long begin = System.nanoTime();
    long taken;
    int runs = 0;
    do {
      task.run();
      runs++;
      taken = System.nanoTime() - begin;
    } while (taken < sliceNanos);
    return taken / 1e3 / runs;
  }

  /** Geometric mean of positive {@code values}; NaN if there are none. */
  public static double geometricMean(double... values) {
    return Math.exp(Arrays.stream(values).map(Math::log).average().orElse(Double.NaN));
  }
}
