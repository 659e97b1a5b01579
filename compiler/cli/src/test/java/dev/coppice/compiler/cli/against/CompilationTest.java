package dev.coppice.compiler.cli.against;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

final class CompilationTest {
  @Test
  void endsThoughTheJitWorksOn() throws InterruptedException {
    double[] sum = {0};
    Thread busy =
        new Thread(
            () -> {
              for (int i = 0; !Thread.interrupted(); i++) {
                sum[0] += Math.sqrt(i);
              }
            });
    busy.start();
    Compilation.awaitIdle();
    busy.interrupt();
    busy.join();
  }

  @Test
  void afterwardsNothingIsCompiledForAWhile() {
    Compilation.awaitIdle();
    long before = ManagementFactory.getCompilationMXBean().getTotalCompilationTime();
    assertEquals(before, ManagementFactory.getCompilationMXBean().getTotalCompilationTime(), 50);
  }
}
