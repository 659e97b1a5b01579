package dev.coppice.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class HuffmanTableTest {
  @Test
  void codesAreFoundWhateverFollowsThem() {
    HuffmanTable table = new HuffmanTable(new byte[] {2, 0, 1, 2});
    for (int rest = 0; rest < 64; rest++) {
      assertEntry(2, 1, table.entry(rest << 1));
      assertEntry(0, 2, table.entry(rest << 2 | 0b01));
      assertEntry(3, 2, table.entry(rest << 2 | 0b11));
    }
  }

  @Test
  void theLongestCodeOfTheLargestAlphabetIsFound() {
    byte[] lengths = new byte[4096];
    java.util.Arrays.fill(lengths, (byte) 12);
    HuffmanTable table = new HuffmanTable(lengths);
    assertEntry(4095, 12, table.entry(-1));
    assertEntry(1, 12, table.entry(1 << 11));
  }

  @Test
  void oneSymbolLeavesACodeWithoutOne() {
    HuffmanTable table = new HuffmanTable(new byte[] {0, 1});
    assertEntry(1, 1, table.entry(0));
    assertEquals(0, HuffmanTable.length(table.entry(1)));
    assertEquals(0, HuffmanTable.length(HuffmanTable.NONE.entry(5)));
  }

  @Test
  void lengthsThatNoCodeHasAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new HuffmanTable(new byte[] {1, 1, 1}));
    assertThrows(IllegalArgumentException.class, () -> new HuffmanTable(new byte[] {13}));
  }

  private static void assertEntry(int symbol, int length, int entry) {
    assertEquals(symbol, HuffmanTable.symbol(entry));
    assertEquals(length, HuffmanTable.length(entry));
  }
}
