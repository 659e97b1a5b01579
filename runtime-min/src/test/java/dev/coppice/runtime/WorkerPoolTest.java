package dev.coppice.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Threads that share the parts of a call. */
@Timeout(60)
class WorkerPoolTest {
  /** Adds the number of the call to an element for each part. */
  private static final class Sums implements Parts {
    private final int[] sums;

    Sums(int parts) {
      sums = new int[parts];
    }

    @Override
    public void run(int call, int worker, int part) {
      sums[part] += call;
    }
  }

  /** Names of the owners below; their threads are called after them. */
  private static List<Thread> threadsOf(Class<?> owner) {
    Thread[] all = new Thread[Thread.activeCount() + 50];
    int count = Thread.enumerate(all);
    List<Thread> own = new ArrayList<>();
    for (Thread t : Arrays.copyOf(all, count)) {
      if (t.getName().startsWith(owner.getSimpleName() + " worker ")) {
        own.add(t);
      }
    }
    return own;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5})
  void everyPartOfEveryCallRunsOnce(int threads) {
    WorkerPool pool = WorkerPool.of(this, threads);
    Sums sums = new Sums(100);
    int[] expected = new int[100];
    for (int call = 0; call < 20_000; call++) {
      int parts = 1 + call * 31 % 100;
      pool.run(sums, call, parts);
      for (int part = 0; part < parts; part++) {
        expected[part] += call;
      }
      assertEquals(expected[parts - 1], sums.sums[parts - 1], "call " + call);
    }
    assertTrue(Arrays.equals(expected, sums.sums));
  }

  @Test
  void allThreadsWorkAndNoTwoAsOneWorker() {
    int threads = 4;
    WorkerPool pool = WorkerPool.of(this, threads);
    CountDownLatch together = new CountDownLatch(threads);
    AtomicIntegerArray runs = new AtomicIntegerArray(threads);
    pool.run(
        (call, worker, part) -> {
          runs.incrementAndGet(worker);
          together.countDown();
          awaitAll(together);
        },
        0,
        threads);
    for (int i = 0; i < threads; i++) {
      assertEquals(1, runs.get(i), "worker " + i);
    }
  }

  private static void awaitAll(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void partsGoOnWhenThreadsWereAsleep() throws InterruptedException {
    WorkerPool pool = WorkerPool.of(this, 3);
    AtomicIntegerArray runs = new AtomicIntegerArray(12);
    for (int i = 0; i < 5; i++) {
      Thread.sleep(20);
      pool.run((call, worker, part) -> runs.incrementAndGet(part), 0, 12);
    }
    for (int part = 0; part < 12; part++) {
      assertEquals(5, runs.get(part));
    }
  }

  @Test
  void whatTheFirstFailingPartThrowsReachesTheCaller() {
    WorkerPool pool = WorkerPool.of(this, 3);
    for (int i = 0; i < 200; i++) {
      AtomicInteger runs = new AtomicInteger();
      ArrayIndexOutOfBoundsException e =
          assertThrows(
              ArrayIndexOutOfBoundsException.class,
              () ->
                  pool.run(
                      (call, worker, part) -> {
                        runs.incrementAndGet();
                        if (part >= 7) {
                          throw new ArrayIndexOutOfBoundsException("part " + part);
                        }
                      },
                      0,
                      20));
      assertEquals("part 7", e.getMessage());
      assertEquals(20, runs.get());
    }
    AssertionError error = new AssertionError("an error");
    Parts failing =
        (call, worker, part) -> {
          throw error;
        };
    assertSame(error, assertThrows(AssertionError.class, () -> pool.run(failing, 0, 1)));
    Sums sums = new Sums(9);
    pool.run(sums, 1, 9);
    assertEquals(9, Arrays.stream(sums.sums).sum());
  }

  @Test
  void aSecondCallAtTheSameTimeIsRefused() {
    WorkerPool pool = WorkerPool.of(this, 2);
    AtomicReference<Throwable> refused = new AtomicReference<>();
    pool.run(
        (call, worker, part) -> {
          try {
            pool.run(new Sums(1), 0, 1);
          } catch (IllegalStateException e) {
            refused.set(e);
          }
        },
        0,
        1);
    assertEquals(
        "this instance is at work in another thread; give each thread an instance of its own",
        refused.get().getMessage());
    pool.run(new Sums(1), 0, 1);
  }

  @Test
  void anInterruptWaitsUntilTheCallIsOver() {
    WorkerPool pool = WorkerPool.of(this, 2);
    AtomicInteger runs = new AtomicInteger();
    Thread.currentThread().interrupt();
    for (int i = 0; i < 3; i++) {
      pool.run(
          (call, worker, part) -> {
            long end = System.nanoTime() + 5_000_000;
            while (System.nanoTime() < end) {
              Thread.yield();
            }
            runs.incrementAndGet();
          },
          0,
          2);
    }
    assertEquals(6, runs.get());
    assertTrue(Thread.interrupted());
  }

  @Test
  void interruptedWorkersWorkOn() {
    Object owner = new Interrupted();
    WorkerPool pool = WorkerPool.of(owner, 3);
    for (int i = 0; i < 100; i++) {
      threadsOf(Interrupted.class).forEach(Thread::interrupt);
      Sums sums = new Sums(50);
      pool.run(sums, 1, 50);
      assertEquals(50, Arrays.stream(sums.sums).sum());
    }
    assertEquals(2, threadsOf(owner.getClass()).size());
  }

  private static final class Interrupted {}

  @Test
  void callsAllocateNothingInAnyThread() {
    ThreadMXBean memory = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Object owner = new Frugal();
    WorkerPool pool = WorkerPool.of(owner, 3);
    Sums sums = new Sums(30);
    for (int i = 0; i < 20_000; i++) {
      pool.run(sums, 1, 30);
    }
    List<Thread> threads = threadsOf(owner.getClass());
    assertEquals(2, threads.size());
    threads.add(Thread.currentThread());
    long[] ids = threads.stream().mapToLong(Thread::getId).toArray();
    // What asking allocates is the same each time.
    long[] first = memory.getThreadAllocatedBytes(ids);
    long[] second = memory.getThreadAllocatedBytes(ids);
    for (int i = 0; i < 5_000; i++) {
      pool.run(sums, 1, 30);
    }
    long[] third = memory.getThreadAllocatedBytes(ids);
    for (int i = 0; i < ids.length; i++) {
      assertEquals(second[i] - first[i], third[i] - second[i], threads.get(i).getName());
    }
  }

  private static final class Frugal {}

  @Test
  void threadsEndWhenTheOwnerIsGone() throws InterruptedException {
    useAndForget();
    assertEquals(3, threadsOf(Forgotten.class).size());
    for (int i = 0; i < 300 && !threadsOf(Forgotten.class).isEmpty(); i++) {
      System.gc();
      Thread.sleep(50);
    }
    assertEquals(List.of(), threadsOf(Forgotten.class));
  }

  /** In a method of its own, so that no variable of the test holds the owner. */
  private static void useAndForget() {
    Forgotten owner = new Forgotten();
    WorkerPool pool = WorkerPool.of(owner, 4);
    pool.run(owner, 0, 40);
    assertEquals(40, owner.runs.get());
    assertTrue(threadsOf(Forgotten.class).stream().allMatch(Thread::isDaemon));
  }

  private static final class Forgotten implements Parts {
    private final AtomicInteger runs = new AtomicInteger();

    @Override
    public void run(int call, int worker, int part) {
      runs.incrementAndGet();
    }
  }

  @Test
  void threadsStayAsLongAsTheOwnerDoes() throws InterruptedException {
    Kept owner = new Kept();
    WorkerPool pool = WorkerPool.of(owner, 2);
    for (int i = 0; i < 30; i++) {
      System.gc();
      Thread.sleep(50);
    }
    assertFalse(threadsOf(Kept.class).isEmpty());
    pool.run(owner, 0, 2);
  }

  private static final class Kept implements Parts {
    @Override
    public void run(int call, int worker, int part) {}
  }

  @Test
  void virtualThreadsCanCall() throws ReflectiveOperationException, InterruptedException {
    if (Runtime.version().feature() < 21) {
      return;
    }
    WorkerPool pool = WorkerPool.of(this, 2);
    Sums sums = new Sums(64);
    Runnable task =
        () -> {
          for (int i = 0; i < 1000; i++) {
            pool.run(sums, 1, 64);
          }
        };
    Thread thread =
        (Thread) Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, task);
    thread.join();
    assertEquals(64_000, Arrays.stream(sums.sums).sum());
  }
}
