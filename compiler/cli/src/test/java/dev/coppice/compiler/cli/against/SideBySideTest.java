package dev.coppice.compiler.cli.against;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SideBySideTest {
  @Test
  void tasksTakeTurns() {
    List<Integer> order = new ArrayList<>();
    List<Runnable> tasks = List.of(() -> order.add(0), () -> order.add(1));
    List<SideBySide.Latency> latencies =
        SideBySide.measure(tasks, new SideBySide.Durations(0, 0, 0), () -> {});
    assertEquals(List.of(0, 1, 0, 1), order.subList(0, 4));
    assertEquals(2 * (3 + 5), order.size());
    assertEquals(5, latencies.get(1).turns());
  }

  @Test
  void medianIsThatOfARun() {
    Runnable waits = () -> spin(1_000_000);
    int[] steps = {0};
    List<SideBySide.Latency> latencies =
        SideBySide.measure(
            List.of(waits, () -> spin(100_000)),
            new SideBySide.Durations(0, 100_000_000, 500_000),
            () -> steps[0]++);
    assertTrue(latencies.get(0).medianMicros() >= 1000, latencies::toString);
    double small = latencies.get(1).medianMicros();
    assertTrue(small >= 100 && small < 1000, latencies::toString);
    assertTrue(latencies.get(0).p90Micros() >= latencies.get(0).medianMicros());
    assertEquals(SideBySide.STEPS, steps[0]);
  }

  private static void spin(long nanos) {
    long begin = System.nanoTime();
    while (System.nanoTime() - begin < nanos) {
      Thread.onSpinWait();
    }
  }

  @Test
  void meanOfRatiosIsGeometric() {
    assertEquals(2, SideBySide.geometricMean(1, 4), 1e-12);
    assertTrue(Double.isNaN(SideBySide.geometricMean()));
  }
}
