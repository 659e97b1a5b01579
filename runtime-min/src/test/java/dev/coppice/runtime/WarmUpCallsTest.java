package dev.coppice.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class WarmUpCallsTest {
  private static final long SECOND = 1_000_000_000L;

  private static int calls(WarmUpCalls calls, long each) {
    long now = 0;
    int made = 0;
    while (calls.goOn(now)) {
      now += each;
      made++;
    }
    return made;
  }

  @Test
  void asManyAsAreAskedFor() {
    assertEquals(700, calls(new WarmUpCalls(700, 0), SECOND / 1000));
    assertEquals(0, calls(new WarmUpCalls(0, -SECOND / 4), SECOND));
  }

  @Test
  void goesOnForAQuarterOfASecond() {
    assertEquals(2500, calls(new WarmUpCalls(3, 0), SECOND / 10_000));
  }

  @Test
  void asManyAsBeginWithinTwoSeconds() {
    assertEquals(20, calls(new WarmUpCalls(700, 0), SECOND / 10));
    assertEquals(1, calls(new WarmUpCalls(700, 0), 5 * SECOND));
  }
}
