package dev.coppice.compiler.emit.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class WeightBitsTest {
  @Test
  void partsAddUp() {
    WeightBits bits = new WeightBits(128, 64, 32, 16, 9, 3, 40, 4);
    assertEquals(296, bits.total());
    assertEquals(37, bits.bytes());
  }
}
