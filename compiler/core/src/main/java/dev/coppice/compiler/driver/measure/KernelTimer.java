package dev.coppice.compiler.driver.measure;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Takes the times of tasks: all are run in turns until they get no faster and the JIT is idle; then
 * those that do the same in different ways are run in turns, so that what disturbs one disturbs the
 * others, and the median of each counts.
 *
 * @param clock nanoseconds since some moment
 * @param jit milliseconds that the JIT has worked until now; constant where that is not known
 * @param warmNanos how long a task must have been run without becoming faster
 * @param idleNanos how long the JIT must have been idle
 * @param sampleNanos how long at least the runs of one sample take
 * @param samples how many samples the median is of
 */
public record KernelTimer(
    LongSupplier clock,
    LongSupplier jit,
    long warmNanos,
    long idleNanos,
    long sampleNanos,
    int samples) {
  /** A turn in the warm-up. */
  private static final long TURN_NANOS = 5_000_000;

  /** How often a task must have been run without becoming faster. */
  private static final int LEAST_RUNS = 5;

  /** Tasks are warmed up for at most so many times the least time. */
  private static final int MOST_WARM = 10;

  /** How much slower than the fastest a task may be to be run as often. */
  private static final double NEAR = 2;

  /** Runs that tell about how fast a task is. */
  private static final int GLANCES = 5;

  /** A timer for kernels that take from a microsecond to many milliseconds. */
  public static KernelTimer of(LongSupplier clock) {
    CompilationMXBean bean = ManagementFactory.getCompilationMXBean();
    boolean knows = bean != null && bean.isCompilationTimeMonitoringSupported();
    LongSupplier jit = knows ? bean::getTotalCompilationTime : () -> 0;
    return new KernelTimer(clock, jit, 100_000_000, 500_000_000, 2_000_000, 15);
  }

  /** Runs tasks until the JIT has compiled all of them. */
  public void warmUp(List<Runnable> tasks) {
    Progress[] all = new Progress[tasks.size()];
    Arrays.setAll(all, i -> new Progress());
    long start = clock.getAsLong();
    long most = Math.max(idleNanos, warmNanos * all.length) * MOST_WARM;
    long compiled = jit.getAsLong();
    long idleSince = start;
    boolean goesOn = true;
    while (goesOn) {
      goesOn = false;
      for (int i = 0; i < all.length; i++) {
        turn(tasks.get(i), all[i]);
        goesOn |= !all[i].isSteady(warmNanos);
      }
      long now = clock.getAsLong();
      if (jit.getAsLong() != compiled) {
        compiled = jit.getAsLong();
        idleSince = now;
      }
      goesOn |= now - idleSince < idleNanos;
      goesOn &= now - start < most;
    }
  }

  private void turn(Runnable task, Progress p) {
    long begin = clock.getAsLong();
    long now;
    do {
      long before = clock.getAsLong();
      task.run();
      now = clock.getAsLong();
      p.ran(now - before);
    } while (now - begin < TURN_NANOS);
  }

  /** How fast a task has become, after how long, and how long and often it was run since. */
  private static final class Progress {
    private long reached = Long.MAX_VALUE;
    private long reachedAfter;
    private long since;
    private int runs;

    boolean isSteady(long warmNanos) {
      return runs >= LEAST_RUNS && since >= Math.max(warmNanos, reachedAfter);
    }

    void ran(long nanos) {
      since += nanos;
      runs++;
      if (reached == Long.MAX_VALUE || nanos < reached - reached / 10) {
        reached = nanos;
        reachedAfter += since;
        since = 0;
        runs = 0;
      }
    }
  }

  /**
   * Median nanoseconds of one run of each of tasks that are warm. Those that are slower than the
   * fastest by far are not run as often.
   */
  public double[] medians(List<Runnable> tasks) {
    double[] medians = tasks.stream().mapToDouble(this::glance).toArray();
    double near = NEAR * Arrays.stream(medians).min().orElse(0);
    double[][] taken = new double[medians.length][samples];
    for (int s = 0; s < samples; s++) {
      for (int i = 0; i < medians.length; i++) {
        if (medians[i] <= near) {
          int runs = (int) Math.ceil(sampleNanos / Math.max(medians[i], 1));
          taken[i][s] = sample(tasks.get(i), runs);
        }
      }
    }
    for (int i = 0; i < medians.length; i++) {
      if (medians[i] <= near) {
        Arrays.sort(taken[i]);
        medians[i] = taken[i][samples / 2];
      }
    }
    return medians;
  }

  /** The faster of a few runs. */
  private double glance(Runnable task) {
    double least = sample(task, 1);
    for (int i = 0; i < GLANCES; i++) {
      least = Math.min(least, sample(task, 1));
    }
    return least;
  }

  private double sample(Runnable task, int runs) {
    long start = clock.getAsLong();
    for (int i = 0; i < runs; i++) {
      task.run();
    }
    return (clock.getAsLong() - start) / (double) runs;
  }
}
