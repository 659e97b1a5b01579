package dev.coppice.compiler.compress.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class LatencyTest {
  @Test
  void aTaskThatWaitsTakesAtLeastThat() {
    AtomicInteger runs = new AtomicInteger();
    AtomicInteger steps = new AtomicInteger();
    Latency latency =
        Latency.measure(
            () -> {
              runs.incrementAndGet();
              long end = System.nanoTime() + 2_000_000;
              while (System.nanoTime() < end) {
                LockSupport.parkNanos(100_000);
              }
            },
            0.1,
            steps::incrementAndGet);
    assertTrue(latency.medianMicros() >= 2000, latency.toString());
    assertTrue(latency.p99Micros() >= latency.medianMicros(), latency.toString());
    assertTrue(latency.runs() > 0 && latency.runs() < runs.get(), latency.toString());
    assertEquals(Latency.STEPS, steps.get());
  }
}
