package dev.coppice.compiler.emit.vector;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Runs compiled graphs of floats until they allocate nothing any more, and prints the bytes of the
 * last runs of each. Nothing else runs in this JVM: while HotSpot had to compile javac, it would
 * make no profiles.
 */
final class VectorAllocation {
  private static final int RUNS = 200;
  private static final long MOST_NANOS = 60_000_000_000L;

  private VectorAllocation() {}

  /**
   * Takes graphs, which run one after the other: class, elements of each input, elements of each
   * output.
   */
  public static void main(String[] args) throws ReflectiveOperationException {
    List<Runnable> runs = new ArrayList<>();
    for (String arg : args) {
      runs.add(run(arg.split(" ")));
    }
    runs.forEach(run -> System.out.println("bytes\t" + lastBytes(run)));
  }

  @SuppressWarnings("unchecked")
  private static Runnable run(String[] graph) throws ReflectiveOperationException {
    List<float[]> all = new ArrayList<>();
    for (String size : graph[1].split(",")) {
      float[] input = new float[Integer.parseInt(size)];
      Arrays.fill(input, 0.5f);
      all.add(input);
    }
    for (String size : graph[2].split(",")) {
      all.add(new float[Integer.parseInt(size)]);
    }
    Object[] arrays = all.toArray();
    Consumer<Object[]> instance =
        (Consumer<Object[]>) Class.forName(graph[0]).getConstructor().newInstance();
    return () -> instance.accept(arrays);
  }

  private static long lastBytes(Runnable run) {
    long bytes = 1;
    for (long start = System.nanoTime(); bytes != 0 && System.nanoTime() - start < MOST_NANOS; ) {
      bytes = allocated(run, RUNS) - allocated(run, 0);
    }
    return bytes;
  }

  private static long allocated(Runnable run, int runs) {
    ThreadMXBean bean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long[] threads = threads();
    long[] before = bean.getThreadAllocatedBytes(threads);
    for (int i = 0; i < runs; i++) {
      run.run();
    }
    long[] after = bean.getThreadAllocatedBytes(threads);
    // A thread of an earlier instance that has ended meanwhile has -1.
    return IntStream.range(0, threads.length)
        .mapToLong(i -> Math.max(0, after[i] - before[i]))
        .sum();
  }

  /** This thread, and those of pools. */
  private static long[] threads() {
    Thread[] all = new Thread[Thread.activeCount() + 50];
    int count = Thread.enumerate(all);
    return Arrays.stream(all, 0, count)
        .filter(t -> t == Thread.currentThread() || t.getName().startsWith("Model worker "))
        .mapToLong(Thread::getId)
        .toArray();
  }
}
