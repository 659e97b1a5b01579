package dev.coppice.compiler.lowering;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class CacheLinesTest {
  /** 16 bytes precede the elements of an array: twelve floats more fill a line of 64 bytes. */
  @Test
  void beginBehindTheHeaderOfALargeArray() {
    assertEquals(12, CacheLines.first(1 << 17));
    assertEquals(0, CacheLines.first((1 << 17) - 1));
  }

  @Test
  void areFilled() {
    assertEquals(0, CacheLines.whole(0));
    assertEquals(16, CacheLines.whole(1));
    assertEquals(16, CacheLines.whole(16));
    assertEquals(32, CacheLines.whole(17));
  }
}
