package dev.coppice.compiler.cli.against;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.stream.IntStream;

/** What a task allocates, by the counters of all threads. */
public final class Allocation {
  private static final int ROUNDS = 3;

  private Allocation() {}

  /**
   * Bytes that threads allocate in {@code runs} runs of {@code task}, divided by runs. Of a few
   * rounds the least: what happens at every run is in each, what other threads do is not.
   */
  public static double bytesPerRun(Runnable task, int runs) {
    int each = Math.max(1, runs / ROUNDS);
    double least = Double.MAX_VALUE;
    for (int i = 0; i < ROUNDS; i++) {
      allocated(() -> {}, 1);
      long empty = allocated(() -> {}, 1);
      long used = allocated(task, each);
      least = Math.min(least, Math.max(0, used - empty) / (double) each);
    }
    return least;
  }

  private static long allocated(Runnable task, int runs) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long[] all = threads.getAllThreadIds();
    long[] before = threads.getThreadAllocatedBytes(all);
    for (int i = 0; i < runs; i++) {
      task.run();
    }
    long[] after = threads.getThreadAllocatedBytes(all);
    // A thread that has ended meanwhile has -1.
    return IntStream.range(0, all.length).mapToLong(i -> Math.max(0, after[i] - before[i])).sum();
  }
}
