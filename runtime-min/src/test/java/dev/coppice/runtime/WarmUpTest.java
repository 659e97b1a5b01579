package dev.coppice.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class WarmUpTest {
  private static final long SECOND = 1_000_000_000L;

  /** Times before zero, as those of System.nanoTime may be. */
  private static final long START = -5 * SECOND;

  private final WarmUp progress = new WarmUp(START);
  private long now = START;
  private int runs;

  @Test
  void endsASecondAfterTheLastFasterRun() {
    assertTrue(progress.goesOn(now));
    run(SECOND / 10, 1);
    run(SECOND / 100, 3);
    assertEquals(SECOND, runUntilTheEnd(SECOND / 100) - START - SECOND * 11 / 100);
  }

  @Test
  void aRunThatIsLittleFasterDoesNotCount() {
    assertTrue(progress.goesOn(now));
    run(SECOND / 10, 1);
    long little = SECOND / 1000 * 91;
    assertEquals(START + SECOND / 10 + 11 * little, runUntilTheEnd(little));
  }

  @Test
  void waitsAsLongAsThePathToTheFastestRunTook() {
    assertTrue(progress.goesOn(now));
    run(SECOND * 2, 1);
    run(SECOND, 1);
    assertEquals(START + 6 * SECOND, runUntilTheEnd(SECOND));
  }

  @Test
  void endsAfterAMinute() {
    assertTrue(progress.goesOn(now));
    for (long length = 10 * SECOND; progressed(length); length -= length / 8) {
      assertTrue(runs < 1000);
    }
    assertTrue(now - START >= 60 * SECOND && now - START < 70 * SECOND);
  }

  @Test
  void runsOnceWhateverTheTime() {
    assertTrue(progress.goesOn(START + 100 * SECOND));
    assertFalse(progress.goesOn(START + 200 * SECOND));
  }

  private void run(long length, int times) {
    for (int i = 0; i < times; i++) {
      assertTrue(progressed(length));
    }
  }

  private boolean progressed(long length) {
    now += length;
    runs++;
    return progress.goesOn(now);
  }

  private long runUntilTheEnd(long length) {
    while (progressed(length)) {
      assertTrue(runs < 1000);
    }
    return now;
  }
}
