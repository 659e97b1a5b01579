package dev.coppice.compiler.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class SharesTest {
  @Test
  void oneThreadTakesAllBlocksAsTheyAre() {
    assertEquals(64, new Shares(1, 1).block(192, 64, 1, 1));
  }

  @Test
  void anOddNumberOfBlocksBecomesEven() {
    assertEquals(48, new Shares(1, 2).block(192, 64, 8, 16));
    assertEquals(24, new Shares(1, 2).block(48, 48, 8, 16));
    assertEquals(64, new Shares(1, 3).block(192, 64, 8, 16));
  }

  @Test
  void whatIsComputedOftenIsSharedThatWay() {
    assertEquals(64, new Shares(2, 2).block(192, 64, 8, 16));
    assertEquals(64, new Shares(17, 2).block(192, 64, 8, 16));
  }

  @Test
  void divisorsLeaveNoRest() {
    assertEquals(1000, new Shares(1, 1).divisor(1000, 64));
    assertEquals(500, new Shares(1, 2).divisor(1000, 64));
    assertEquals(200, new Shares(1, 5).divisor(1000, 64));
    assertEquals(1001, new Shares(1, 2).divisor(1001, 64));
    assertEquals(99, new Shares(1, 3).divisor(99, 64));
  }

  @Test
  void blocksStayLongEnoughAndMultiplesOfTheStep() {
    assertEquals(16, new Shares(1, 2).block(24, 24, 8, 16));
    assertEquals(16, new Shares(1, 2).block(16, 16, 8, 16));
    assertEquals(20, new Shares(1, 2).block(20, 20, 20, 16));
    assertEquals(7, new Shares(1, 2).block(13, 13, 1, 4));
    assertEquals(13, new Shares(1, 2).block(13, 13, 1, 8));
  }

  @Test
  void stripsOfOneThreadAreAsFewAsFit() {
    assertEquals(28, new Shares(1, 1).strip(55, 28, 4));
    assertEquals(37, new Shares(1, 1).strip(111, 50, 1));
  }

  @Test
  void aThreadThatHasTheLastTwoStripsNeedsOthersBesides() {
    // 2 strips of 28 rows would overlap, 4 of 16 are two for each thread.
    assertEquals(16, new Shares(1, 2).strip(55, 28, 4));
    assertEquals(28, new Shares(1, 2).strip(56, 28, 4));
    assertEquals(14, new Shares(1, 2).strip(28, 20, 1));
  }

  @Test
  void oneStripIsNotShared() {
    assertEquals(13, new Shares(1, 2).strip(13, 16, 2));
  }
}
