package dev.coppice.compiler.emit.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class BitSinkTest {
  @Test
  void bytesAreFilledFromTheLowestBit() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    LittleEndianSink bytes = new LittleEndianSink(out);
    BitSink bits = new BitSink(bytes);
    bits.put(-1, 3);
    bits.put(0, 4);
    bits.put(0x1234_5678, 32);
    bits.put(1, 0);
    bits.end();
    bits.end();
    bytes.flush();
    byte[] expected = {7, 0x3C, 0x2B, 0x1A, 0x09};
    assertArrayEquals(expected, out.toByteArray());
  }
}
