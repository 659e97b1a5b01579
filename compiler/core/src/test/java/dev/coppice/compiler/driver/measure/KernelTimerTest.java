package dev.coppice.compiler.driver.measure;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Time goes by in tasks only. */
class KernelTimerTest {
  private long now;
  private long compiled;

  private KernelTimer timer(int samples) {
    return new KernelTimer(() -> now, () -> compiled, 20_000_000, 40_000_000, 100_000, samples);
  }

  /** A task that gets faster until it has run {@code warm} times. */
  private final class Task implements Runnable {
    private final long nanos;
    private final int warm;
    private int runs;

    Task(long nanos, int warm) {
      this.nanos = nanos;
      this.warm = warm;
    }

    @Override
    public void run() {
      runs++;
      compiled += runs == warm ? 1 : 0;
      now += runs < warm ? 10 * nanos : nanos;
    }
  }

  @Test
  void warmsUpUntilTasksAreFast() {
    Task slow = new Task(50_000, 20);
    Task fast = new Task(1_000, 300);
    timer(5).warmUp(List.of(slow, fast));
    assertTrue(slow.runs > 20, "runs " + slow.runs);
    assertTrue(fast.runs > 300, "runs " + fast.runs);
    assertArrayEquals(new double[] {50_000, 1_000}, timer(5).medians(List.of(slow, fast)));
  }

  @Test
  void warmUpEnds() {
    Runnable restless =
        () -> {
          now += 10_000;
          compiled++;
        };
    timer(5).warmUp(List.of(restless));
    assertTrue(now < 1_000_000_000, "after " + now);
  }

  @Test
  void outliersDoNotCount() {
    Task steady = new Task(1_000, 0);
    int[] runs = {0};
    Runnable disturbed =
        () -> {
          runs[0]++;
          now += runs[0] % 400 >= 300 ? 9_000 : 1_100;
        };
    assertArrayEquals(
        new double[] {1_000, 1_100}, timer(11).medians(List.of(steady, disturbed)), 60);
  }

  @Test
  void slowTasksAreNotRunAsOften() {
    Task fast = new Task(1_000, 0);
    Task slow = new Task(1_000_000, 0);
    timer(9).medians(List.of(fast, slow));
    assertTrue(fast.runs >= 900, "runs " + fast.runs);
    assertEquals(6, slow.runs);
  }
}
