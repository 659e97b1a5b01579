package dev.coppice.compiler.cli.against;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The work of the JIT. HotSpot makes no profiles while its compilers have much to do, so that code
 * that runs for the first time just after javac may be compiled for less than it meets.
 */
final class Compilation {
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final int MOST_LOOKS = 10;

  private Compilation() {}

  /** Waits until the JIT has nothing to do, five seconds at most. */
  static void awaitIdle() {
    CompilationMXBean bean = ManagementFactory.getCompilationMXBean();
    if (bean == null || !bean.isCompilationTimeMonitoringSupported()) {
      return;
    }
    long before = -1;
    for (int i = 0; i < MOST_LOOKS && bean.getTotalCompilationTime() != before; i++) {
      before = bean.getTotalCompilationTime();
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }
}
