package dev.coppice.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Sections written out by hand after the documented layout. */
@SuppressWarnings("ByteBufferBackingArray") // All buffers here are whole arrays.
class CodedValuesTest {
  private static final int HUFFMAN = 255;
  private static final int DENSE = 0;

  @Test
  void aCodebookIsIndexedFromTheLowestBitUp() {
    // Two bits an index: 1, 0, 2, 1, then 2, 0.
    byte[] section = bytes(6, 2, DENSE, 0, 3, 0, 0xF6, 0xFF, 5, 0, 200, 0, 0b01_10_00_01, 0b00_10);
    assertArrayEquals(new float[] {5, -10, 200, 5, 200, -10}, decode(section, 6, 6));
  }

  @Test
  void booksHoldFloatsOrHalves() {
    byte[] floats = bytes(4, 1, DENSE, 0, 2, 0, 0, 0, 0xC0, 0x3F, 0, 0, 0x20, 0xC0, 0b110);
    assertArrayEquals(new float[] {1.5f, -2.5f, -2.5f}, decode(floats, 3, 3));
    byte[] halves = bytes(5, 1, DENSE, 0, 2, 0, 0, 0x3E, 0, 0xC1, 0b110);
    assertArrayEquals(new float[] {1.5f, -2.5f, -2.5f}, decode(halves, 3, 3));
  }

  @Test
  void integersAreCountedFromTheFirst() {
    byte[] section = bytes(3, 4, DENSE, 0, 0xF8, 0xFF, 0xFF, 0xFF, 0xF0, 0x08);
    assertArrayEquals(new float[] {-8, 7, 0}, decode(section, 3, 3));
  }

  @Test
  void aSymbolOfNoBitsIsTheOnlyOne() {
    byte[] section = bytes(3, 0, DENSE, 0, 9, 0, 0, 0);
    assertArrayEquals(new float[] {9, 9, 9, 9}, decode(section, 4, 4));
  }

  @Test
  void differencesAddUp() {
    // Gap 0 and 9 - 2, gap 1 and 14 - 2.
    byte[] section = bytes(3, 4, 2, 2, 0xFE, 0xFF, 0xFF, 0xFF, 0b01_1001_00, 0b1110);
    assertArrayEquals(new float[] {7, 7, 19, 19}, decode(section, 4, 2));
  }

  @Test
  void huffmanCodesAreCountedUpByLength() {
    // Lengths 2, 1, 3, 3: symbol 1 is 0, symbol 0 is 10, symbol 2 is 110, symbol 3 is 111.
    // 0 10 110 111 0, the first bit lowest.
    byte[] section = bytes(3, HUFFMAN, DENSE, 0, 4, 0, 0, 0, 0, 0, 0x12, 0x33, 0b11011010, 0b01);
    assertArrayEquals(new float[] {1, 0, 2, 3, 1}, decode(section, 5, 5));
  }

  @Test
  void gapsOfOneBitAreABitmap() {
    byte[] section = bytes(3, 2, 1, 0, 1, 0, 0, 0, 0b0_11_0_1_01_0);
    assertArrayEquals(new float[] {2, 0, 4, 0}, decode(section, 4, 2));
  }

  @Test
  void longGapsComeInSteps() {
    // Gaps of two bits: 3 and 0 make 3, then a value; 3, 3 and 1 make 7; the rest is zero.
    // Stream: 11 00 1, then 11 11 01 0.
    byte[] section = bytes(3, 1, 2, 0, 5, 0, 0, 0, 0b111_1_00_11, 0b0_01_1);
    float[] expected = new float[14];
    expected[3] = 6;
    expected[11] = 5;
    assertArrayEquals(expected, decode(section, 14, 2));
  }

  @Test
  void gapsMayHaveAHuffmanCode() {
    // Gaps 0, 1 and the open 2 with lengths 1, 2, 2: codes 0, 10, 11; symbols of 8 bits.
    // Stream: 0 and 7, then 11, 10 and 5.
    byte[] section =
        bytes(3, 8, HUFFMAN, 0, 0, 0, 0, 0, 3, 0, 0x21, 0x02, 0b0000_111_0, 0b101_01_11_0, 0);
    assertArrayEquals(new float[] {7, 0, 0, 0, 5, 0}, decode(section, 6, 2));
  }

  @Test
  void scalesFollowPartsChannelsAndPeriods() {
    // Two channels of runs of one, others after four elements; then two elements of one scale.
    byte[] section =
        data(4 + 4 + 4 + 2 * 16 + 5 * 4 + 3)
            .put(bytes(3, 2, DENSE, 1))
            .putInt(1)
            .putInt(2)
            .put(ints(8, 2, 1, 4))
            .put(ints(2, 1, 2, 2))
            .put(floats(1, 2, 4, 8, 16))
            .put(bytes(0b11100100, 0b11100100, 0b0100))
            .array();
    float[] expected = {1, 4, 3, 8, 4, 16, 12, 32, 16, 32};
    assertArrayEquals(expected, decode(section, 10, 10));
    CodedValues pieces = values(section, 10, 10);
    float[] piece = new float[10];
    for (int i = 0; i < 10; i++) {
      pieces.decode(piece, i, 1);
    }
    pieces.end();
    assertArrayEquals(expected, piece);
  }

  @Test
  void rejectsTablesThatCannotBe() {
    assertDamaged(bytes(7, 0, DENSE, 0), "kind 7");
    assertDamaged(bytes(-1, 0, DENSE, 0), "kind -1");
    assertDamaged(bytes(0, 33, DENSE, 0), "width 33");
    assertDamaged(bytes(6, 13, DENSE, 0, 1, 0, 0, 0), "width 13");
    assertDamaged(bytes(6, 1, DENSE, 0, 0, 0, 0, 0), "0 symbols");
    assertDamaged(bytes(6, 1, DENSE, 0, 1, 16, 0, 0), "4097 symbols");
    assertDamaged(bytes(6, 1, DENSE, 0, 3, 0, 0, 0), "a book of 3");
    assertDamaged(bytes(6, 1, DENSE, 0, 3), "its end");
    assertDamaged(bytes(3, 1, 17, 0, 0, 0, 0, 0), "gaps of 17 bits");
    assertDamaged(bytes(3, HUFFMAN, DENSE, 0, 0, 0, 0, 0, 0, 0), "0 codes");
    assertDamaged(bytes(3, HUFFMAN, DENSE, 0, 9, 0, 0, 0, 0, 0, 0), "9 codes");
    assertDamaged(
        bytes(3, HUFFMAN, DENSE, 0, 4, 0, 0, 0, 0, 0, 0x11, 0x11), "more codes than there are");
    assertDamaged(bytes(3, HUFFMAN, DENSE, 0, 2, 0, 0, 0, 0, 0, 0x1D), "a code of 13 bits");
  }

  @Test
  void rejectsScalesThatDoNotFit() {
    int[][] parts = {
      {4, 0, 1, 1},
      {4, 1, 0, 1},
      {4, 1, 1, 0},
      {4, 2, 1, 1},
      {4, 1, 2, 3},
      {4, 1, 1, 3},
      {4, -1, 1, 1},
      {0, 1, 1, 1},
      {3, 1, 1, 3},
      {8, 1, 1, 8},
      {4, 1, 1, 1},
      {4, 0x10000, 0x10000, 1}
    };
    for (int[] part : parts) {
      byte[] section =
          data(4 + 4 + 4 + 16 + 8)
              .put(bytes(3, 1, DENSE, 1))
              .putInt(0)
              .putInt(1)
              .put(ints(part))
              .array();
      assertMessage("elements", () -> decode(section, 4, 4));
    }
    for (int n : new int[] {0, -1, 2, 1 << 28}) {
      byte[] section = data(40).put(bytes(3, 1, DENSE, 1)).putInt(0).putInt(n).array();
      assertDamaged(section, n + " parts");
    }
  }

  @Test
  void rejectsStreamsOfAnotherLength() {
    byte[] section = bytes(3, 8, DENSE, 0, 0, 0, 0, 0, 1, 2);
    assertArrayEquals(new float[] {1, 2}, decode(section, 2, 2));
    assertMessage("its end", () -> decode(section, 3, 3));
    assertMessage("1 bytes left", () -> decode(section, 1, 1));
    assertMessage("1 left", () -> decode(section, 1, 2));
    assertArrayEquals(new float[] {1, 2, 0, 0}, decode(section, 4, 2));
  }

  @Test
  void rejectsAnotherNumberOfValues() {
    byte[] gaps = bytes(3, 0, 4, 0, 7, 0, 0, 0, 0x09);
    assertMessage("1 left", () -> decode(gaps, 5, 1));
  }

  @Test
  void rejectsACodeThatNoSymbolHas() {
    byte[] section = bytes(3, HUFFMAN, DENSE, 0, 1, 0, 0, 0, 0, 0, 0x01, 0b10);
    assertMessage("expected a code of the table", () -> decode(section, 2, 2));
  }

  @Test
  void noSectionMakesItFailOtherwise() {
    Random random = new Random(4);
    int failed = 0;
    for (int i = 0; i < 200_000; i++) {
      byte[] section = new byte[4 + random.nextInt(40)];
      random.nextBytes(section);
      section[0] = (byte) random.nextInt(8);
      section[1] = (byte) (random.nextInt(3) == 0 ? HUFFMAN : random.nextInt(14));
      section[2] = (byte) (random.nextInt(3) == 0 ? HUFFMAN : random.nextInt(9));
      section[3] = (byte) random.nextInt(2);
      section[section.length / 3] = 0;
      try {
        decode(section, 24, 1 + random.nextInt(24));
      } catch (IllegalStateException e) {
        assertTrue(e.getMessage().startsWith("[WeightsDamaged]"), e.getMessage());
        failed++;
      }
    }
    assertTrue(failed > 190_000, failed + " failed");
  }

  private static void assertDamaged(byte[] section, String found) {
    assertMessage("found " + found, () -> decode(section, 4, 4));
  }

  private static void assertMessage(String part, Runnable decode) {
    String message = assertThrows(IllegalStateException.class, decode::run).getMessage();
    assertTrue(message.startsWith("[WeightsDamaged]") && message.contains(part), message);
  }

  private static float[] decode(byte[] section, int count, int values) {
    CodedValues coded = values(section, count, values);
    float[] dst = new float[count + 2];
    coded.decode(dst, 1, count);
    coded.end();
    assertEquals(0, dst[0]);
    assertEquals(0, dst[count + 1]);
    float[] elements = new float[count];
    System.arraycopy(dst, 1, elements, 0, count);
    return elements;
  }

  private static CodedValues values(byte[] section, int count, int values) {
    WeightsInput in = new WeightsInput("test", new ByteArrayInputStream(section));
    in.payload(section.length);
    return new CodedValues(in, count, values, section.length);
  }

  private static ByteBuffer data(int length) {
    return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] ints(int... values) {
    ByteBuffer data = data(4 * values.length);
    data.asIntBuffer().put(values);
    return data.array();
  }

  private static byte[] floats(float... values) {
    ByteBuffer data = data(4 * values.length);
    data.asFloatBuffer().put(values);
    return data.array();
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }
}
