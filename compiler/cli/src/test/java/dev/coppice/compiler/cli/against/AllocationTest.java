package dev.coppice.compiler.cli.against;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class AllocationTest {
  private final int[] counted = {0};
  private byte[] last = {};

  @Test
  void countsTheBytesOfARun() {
    double bytes = Allocation.bytesPerRun(() -> last = new byte[10_000], 100);
    assertEquals(10_000, last.length);
    assertTrue(bytes >= 10_000 && bytes < 10_100, () -> bytes + " bytes");
  }

  @Test
  void nothingIsNothing() {
    assertEquals(0, Allocation.bytesPerRun(() -> counted[0]++, 1000));
  }
}
