package dev.coppice.compiler.cli.against;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** What a task allocates, by the counter of its thread. */
public final class Allocation {
  private Allocation() {}

  /** Bytes that this thread allocates in {@code runs} runs of {@code task}, divided by runs. */
  public static double bytesPerRun(Runnable task, int runs) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long empty = allocated(threads, () -> {}, 1);
    long used = allocated(threads, task, runs);
    return Math.max(0, used - empty) / (double) runs;
  }

  private static long allocated(ThreadMXBean threads, Runnable task, int runs) {
    long thread = Thread.currentThread().getId();
    threads.getThreadAllocatedBytes(thread);
    long before = threads.getThreadAllocatedBytes(thread);
    for (int i = 0; i < runs; i++) {
      task.run();
    }
    return threads.getThreadAllocatedBytes(thread) - before;
  }
}
