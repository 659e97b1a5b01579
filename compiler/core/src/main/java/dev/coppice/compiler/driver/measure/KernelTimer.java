package dev.coppice.compiler.driver.measure;

import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Takes the times of tasks that do the same in different ways: each is run until it gets no faster,
 * then all are run in turns, so that what disturbs one disturbs the others, and the median of each
 * counts. Tasks that are slower than the fastest by far are not measured in turns.
 *
 * @param clock nanoseconds since some moment
 * @param warmNanos for how long at least a task must not have become faster
 * @param sampleNanos how long at least the runs of one sample take
 * @param samples how many samples the median is of
 */
public record KernelTimer(LongSupplier clock, long warmNanos, long sampleNanos, int samples) {
  /** A task is run for at most so many times the least time to get faster. */
  private static final int MOST_WARM = 20;

  /** How much slower than the fastest a task may be to be measured in turns. */
  private static final double NEAR = 2;

  /** A timer for kernels that take from a microsecond to many milliseconds. */
  public static KernelTimer of(LongSupplier clock) {
    return new KernelTimer(clock, 120_000_000, 2_000_000, 15);
  }

  /** Median nanoseconds of one run of each task. */
  public double[] medians(List<Runnable> tasks) {
    double[] warm = new double[tasks.size()];
    for (int i = 0; i < warm.length; i++) {
      warm[i] = warmUp(tasks.get(i));
    }
    double least = Arrays.stream(warm).min().orElse(0);
    double[] medians = warm.clone();
    double[][] taken = new double[warm.length][samples];
    for (int s = 0; s < samples; s++) {
      for (int i = 0; i < warm.length; i++) {
        if (warm[i] <= NEAR * least) {
          taken[i][s] = sample(tasks.get(i), (int) Math.ceil(sampleNanos / Math.max(warm[i], 1)));
        }
      }
    }
    for (int i = 0; i < warm.length; i++) {
      if (warm[i] <= NEAR * least) {
        Arrays.sort(taken[i]);
        medians[i] = taken[i][samples / 2];
      }
    }
    return medians;
  }

  /** Runs {@code task} until no run has been a tenth faster for long enough; its fastest time. */
  private double warmUp(Runnable task) {
    long start = clock.getAsLong();
    long best = Long.MAX_VALUE;
    long reached = Long.MAX_VALUE;
    long since = start;
    long now = start;
    do {
      long before = now;
      task.run();
      now = clock.getAsLong();
      best = Math.min(best, now - before);
      if (reached == Long.MAX_VALUE || best < reached - reached / 10) {
        reached = best;
        since = now;
      }
    } while (now - since < Math.max(warmNanos, since - start)
        && now - start < MOST_WARM * warmNanos);
    return best;
  }

  private double sample(Runnable task, int runs) {
    long start = clock.getAsLong();
    for (int i = 0; i < runs; i++) {
      task.run();
    }
    return (clock.getAsLong() - start) / (double) runs;
  }
}
