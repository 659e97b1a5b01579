package dev.coppice.compiler.emit.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.runtime.WeightsFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class ValueCodeTest {
  @Test
  void widthsAreTheFewestBitsThatTellSymbolsApart() {
    assertEquals(0, ValueCode.integers(5, 5, 10).bits());
    assertEquals(10, ValueCode.integers(0, 1, 10).bits());
    assertEquals(20, ValueCode.integers(-1, 1, 10).bits());
    assertEquals(40, ValueCode.integers(-8, 7, 10).bits());
    assertEquals(50, ValueCode.integers(-8, 8, 10).bits());
    assertEquals(160, ValueCode.integers(-32_768, 32_767, 10).bits());
  }

  @Test
  void booksHaveAnEntryForEachSymbol() {
    Alphabet alphabet = new Alphabet(new int[] {-9, 1, 700}, new long[] {1, 8, 1});
    List<ValueCode> codes = ValueCode.books(WeightsFormat.BOOK_FLOAT, alphabet);
    assertEquals("codebook of 3, 2 bits", codes.get(0).toString());
    assertEquals(20, codes.get(0).bits());
    assertEquals(2 + 3 * 4, codes.get(0).bookBytes());
    assertEquals(0, codes.get(0).tableBytes());
    assertEquals("codebook of 3, Huffman-coded", codes.get(1).toString());
    assertEquals(12, codes.get(1).bits());
    assertEquals(2, codes.get(1).tableBytes());
  }

  @Test
  void integersHaveABookOnlyIfTheyFitOne() {
    Alphabet few = new Alphabet(new int[] {-1, 1}, new long[] {3, 4});
    List<ValueCode> codes = ValueCode.integers(few);
    assertEquals(
        List.of(
            "integers of 2 bits",
            "integers, Huffman-coded",
            "codebook of 2, 1 bit",
            "codebook of 2, Huffman-coded"),
        codes.stream().map(ValueCode::toString).toList());
    assertEquals(7, codes.get(2).bits());
    assertEquals(2 + 2 * 2, codes.get(2).bookBytes());
    Alphabet wide = new Alphabet(new int[] {-40_000, 1}, new long[] {3, 4});
    assertEquals(
        List.of("integers of 16 bits"),
        ValueCode.integers(wide).stream().map(ValueCode::toString).toList());
  }
}
