package dev.coppice.runtime;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * Threads that run parts of kernels for one owner. The calling thread works, too, and takes parts
 * as long as there are any, so a pool never waits for a thread that has yet to wake up. Calls
 * allocate nothing.
 *
 * <p>The threads are daemons. They look for the next call for a moment, then sleep, and end when
 * the owner is unreachable: there is nothing to close. They know the owner's work during a call
 * only.
 */
public final class WorkerPool {
  /** The low bits of the state count the parts that nobody has taken. */
  private static final int COUNT_BITS = 20;

  private static final int COUNT_MASK = (1 << COUNT_BITS) - 1;

  /** How long a thread without work looks for some before it sleeps. */
  private static final long LOOK_NANOS = 500_000;

  /** How long it keeps the processor meanwhile: what runs instead may run for milliseconds. */
  private static final long BRIEF_NANOS = 50_000;

  /** How long a caller looks whether the last parts are done before it sleeps. */
  private static final long AWAIT_NANOS = 1_000_000;

  /** How long a thread sleeps before it asks whether the owner is still there. */
  private static final long SLEEP_NANOS = 1_000_000_000;

  /** Longs of a line of the cache, or two. */
  private static final int LINE = 16;

  /** Looks for work between two looks at the clock. */
  private static final int LOOKS = 100;

  private final Worker[] workers;
  private final boolean hasProcessors;

  /**
   * For each thread the range of parts that it begins with, as the number of the call, then how
   * many of them nobody has taken; each in a line of the cache of its own.
   */
  private final AtomicLongArray ranges;

  /** Parts of the call that are not done. */
  private final AtomicInteger open = new AtomicInteger();

  /** What parts are of; this and the next two are set when there is no part to be taken. */
  private final AtomicReference<Parts> work = new AtomicReference<Parts>();

  private int call;
  private int parts;

  /** The thread that waits for the last parts, if it sleeps. */
  private final AtomicReference<Thread> caller = new AtomicReference<Thread>();

  private final AtomicReference<Throwable> failure = new AtomicReference<Throwable>();
  private int failedPart;

  private final ReferenceQueue<Object> gone = new ReferenceQueue<Object>();
  private final Reference<Object> owner;
  private volatile boolean abandoned;

  private WorkerPool(Object owner, int threads) {
    this.owner = new WeakReference<Object>(owner, gone);
    this.hasProcessors = Runtime.getRuntime().availableProcessors() >= threads;
    this.ranges = new AtomicLongArray(threads * LINE);
    this.workers = new Worker[threads - 1];
    for (int i = 0; i < workers.length; i++) {
      workers[i] = new Worker(this, i + 1, owner.getClass().getSimpleName());
    }
  }

  /**
   * A pool that lives as long as {@code owner}.
   *
   * @param threads how many work on a call, the calling one included; at least 1
   */
  public static WorkerPool of(Object owner, int threads) {
    WorkerPool pool = new WorkerPool(owner, threads);
    for (Worker worker : pool.workers) {
      worker.thread.start();
    }
    return pool;
  }

  /**
   * Runs the parts {@code 0 .. parts-1} of a call and returns when all are done. What the caller
   * wrote before is visible to the parts, what they wrote is visible to the caller afterwards. If
   * parts throw, what the first of them threw is thrown here, when all have ended.
   *
   * @param parts at least 1 and less than 2^20
   * @throws IllegalStateException if the pool is at work for another thread
   */
  public void run(Parts work, int call, int parts) {
    if (!open.compareAndSet(0, parts)) {
      throw new IllegalStateException(
          "this instance is at work in another thread; give each thread an instance of its own");
    }
    this.work.set(work);
    this.call = call;
    this.parts = parts;
    int threads = workers.length + 1;
    for (int i = 0; i < threads; i++) {
      long number = (ranges.get(i * LINE) >>> COUNT_BITS) + 1;
      ranges.set(i * LINE, number << COUNT_BITS | end(i, parts) - end(i - 1, parts));
    }
    for (int i = 0; i < workers.length && i < parts - 1; i++) {
      workers[i].wake();
    }
    take(0);
    awaitRest();
    this.work.set(null);
    Throwable thrown = failure.get();
    if (thrown != null) {
      failure.set(null);
      WorkerPool.<RuntimeException>rethrow(thrown);
    }
  }

  /** Where range {@code i} of so many parts ends: before the part of this number. */
  private int end(int i, int count) {
    return (int) ((i + 1L) * count / (workers.length + 1));
  }

  /** Runs parts until all are taken: of the worker's own range, then of others. */
  private void take(int worker) {
    for (int i = worker; i <= workers.length; i++) {
      takeFrom(i, worker);
    }
    for (int i = 0; i < worker; i++) {
      takeFrom(i, worker);
    }
  }

  private void takeFrom(int range, int worker) {
    int at = range * LINE;
    for (long s = ranges.get(at); (s & COUNT_MASK) != 0; s = ranges.get(at)) {
      // Read before the part is taken: as long as one is left, they are those of this call.
      Parts all = work.get();
      int which = call;
      int part = end(range, parts) - (int) (s & COUNT_MASK);
      if (all != null && ranges.compareAndSet(at, s, s - 1)) {
        run(all, which, worker, part);
      }
    }
  }

  private void run(Parts all, int which, int worker, int part) {
    try {
      all.run(which, worker, part);
    } catch (Throwable t) {
      fail(part, t);
    }
    if (open.decrementAndGet() == 0) {
      Thread sleeping = caller.get();
      if (sleeping != null) {
        LockSupport.unpark(sleeping);
      }
    }
  }

  private boolean hasWork() {
    for (int i = 0; i <= workers.length; i++) {
      if ((ranges.get(i * LINE) & COUNT_MASK) != 0) {
        return true;
      }
    }
    return false;
  }

  /** Waits for the parts that others have taken. */
  private void awaitRest() {
    long start = System.nanoTime();
    for (int looks = 0; open.get() != 0; looks++) {
      if (looks >= LOOKS && isOver(start, AWAIT_NANOS)) {
        sleepUntilDone();
        return;
      }
    }
  }

  private void sleepUntilDone() {
    boolean interrupted = false;
    caller.set(Thread.currentThread());
    while (open.get() != 0) {
      LockSupport.park(this);
      // A pending interrupt would keep the thread awake.
      interrupted |= Thread.interrupted();
    }
    caller.set(null);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Whether the time to look has passed; else lets others run meanwhile, if there are any, unless
   * it has just begun.
   */
  @SuppressWarnings("ThreadPriorityCheck")
  private boolean isOver(long start, long nanos) {
    long looked = System.nanoTime() - start;
    if (!hasProcessors || looked > nanos) {
      return true;
    }
    if (looked > BRIEF_NANOS) {
      Thread.yield();
    }
    return false;
  }

  private synchronized void fail(int part, Throwable t) {
    if (failure.get() == null || part < failedPart) {
      failure.set(t);
      failedPart = part;
    }
  }

  /** Throws {@code t}, which kernels do not declare. */
  @SuppressWarnings("unchecked")
  private static <T extends Throwable> void rethrow(Throwable t) throws T {
    throw (T) t;
  }

  /** Whether the owner is gone; all threads end then. */
  private boolean isAbandoned() {
    if (!abandoned && gone.poll() == owner) {
      abandoned = true;
      for (Worker worker : workers) {
        LockSupport.unpark(worker.thread);
      }
    }
    return abandoned;
  }

  private static final class Worker implements Runnable {
    private final WorkerPool pool;
    private final int index;
    private final Thread thread;
    private volatile boolean isAsleep;

    Worker(WorkerPool pool, int index, String owner) {
      this.pool = pool;
      this.index = index;
      this.thread = new Thread(this, owner + " worker " + index);
      thread.setDaemon(true);
    }

    @Override
    public void run() {
      while (awaitWork()) {
        pool.take(index);
      }
    }

    /** Looks for work and sleeps in turns; false if there will be none. */
    private boolean awaitWork() {
      while (!looksForWork()) {
        sleepUntilCalled();
        if (pool.isAbandoned()) {
          return false;
        }
      }
      return true;
    }

    /** Whether there is work before the time to look has passed. */
    private boolean looksForWork() {
      long start = System.nanoTime();
      for (int looks = 1; !pool.hasWork(); looks++) {
        if (looks % LOOKS == 0 && pool.isOver(start, LOOK_NANOS)) {
          return false;
        }
      }
      return true;
    }

    /**
     * Sleeps until there is a call, of which others may have taken all parts meanwhile: then the
     * next may come soon.
     */
    private void sleepUntilCalled() {
      isAsleep = true;
      while (isAsleep && !pool.hasWork() && !pool.isAbandoned()) {
        LockSupport.parkNanos(pool, SLEEP_NANOS);
        // A pending interrupt would keep the thread awake.
        Thread.interrupted();
      }
      isAsleep = false;
    }

    void wake() {
      if (isAsleep) {
        isAsleep = false;
        LockSupport.unpark(thread);
      }
    }
  }
}
