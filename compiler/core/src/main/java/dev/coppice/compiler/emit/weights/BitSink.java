package dev.coppice.compiler.emit.weights;

import java.io.IOException;

/** Bits to a stream of bytes, the lowest of each byte first. */
final class BitSink {
  private final LittleEndianSink out;
  private long bits;
  private int count;

  BitSink(LittleEndianSink out) {
    this.out = out;
  }

  /** The lowest {@code n} bits of {@code value}, at most 32. */
  void put(int value, int n) throws IOException {
    bits |= (value & ((1L << n) - 1)) << count;
    count += n;
    for (; count >= 8; count -= 8) {
      out.int8((int) bits);
      bits >>>= 8;
    }
  }

  /** Fills the last byte with zeros. */
  void end() throws IOException {
    if (count > 0) {
      out.int8((int) bits);
    }
    bits = 0;
    count = 0;
  }
}
