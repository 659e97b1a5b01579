package dev.coppice.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PackedTest {
  @Test
  void takesSevenBitsOfEachCharacterFromTheHighestDown() {
    // 0xFF 0x01 is 1111111 1000000 0100000 with five bits of padding.
    assertArrayEquals(new byte[] {-1, 1}, Packed.bytes("\u0001\u007F@ "));
  }

  @Test
  void undoesTheRotationOfTheChunk() {
    assertArrayEquals(new byte[] {-1, 1}, Packed.bytes("\u0002\u0000A!"));
  }

  @Test
  void joinsChunksOfEveryLength() throws IOException {
    Random random = new Random(7);
    byte[] expected = new byte[45];
    random.nextBytes(expected);
    String[] chunks = new String[10];
    for (int i = 0, offset = 0; i < chunks.length; offset += i, i++) {
      byte[] part = new byte[i];
      System.arraycopy(expected, offset, part, 0, i);
      chunks[i] = pack(part);
    }
    assertArrayEquals(expected, Packed.bytes(chunks));
    assertArrayEquals(expected, Packed.stream(chunks).readAllBytes());
    assertEquals(expected[0] & 0xFF, Packed.stream(chunks).read());
    assertEquals(-1, Packed.stream().read());
  }

  /** The documented packing with rotation 0. */
  static String pack(byte[] bytes) {
    StringBuilder chunk = new StringBuilder("\u0001");
    for (int bit = 0; bit < 8 * bytes.length; bit += 7) {
      int value = 0;
      for (int i = bit; i < bit + 7; i++) {
        int next = i < 8 * bytes.length ? bytes[i / 8] >> (7 - i % 8) & 1 : 0;
        value = (value << 1) | next;
      }
      chunk.append((char) value);
    }
    return chunk.toString();
  }
}
