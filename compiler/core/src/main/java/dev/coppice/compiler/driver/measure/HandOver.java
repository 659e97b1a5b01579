package dev.coppice.compiler.driver.measure;

import dev.coppice.runtime.Parts;
import dev.coppice.runtime.WorkerPool;
import java.util.concurrent.atomic.AtomicInteger;

/** Work in two parts that ends when each of two threads has one. */
final class HandOver implements Runnable, Parts {
  private final WorkerPool pool = WorkerPool.of(this, 2);
  private final AtomicInteger begun = new AtomicInteger();

  @Override
  public void run() {
    begun.set(0);
    pool.run(this, 0, 2);
  }

  @Override
  public void run(int call, int worker, int part) {
    begun.incrementAndGet();
    while (begun.get() < 2) {
      Thread.onSpinWait();
    }
  }
}
