package dev.coppice.runtime;

import java.nio.ByteBuffer;

/** The bytes of a section as a stream of bits, the lowest of each byte first. */
final class BitInput {
  private final WeightsInput in;
  private int unread;

  /** Bits that were read and not taken, the next one lowest; above them are bits read again. */
  private long bits;

  private int count;

  /** The next {@code length} bytes of {@code in}. */
  BitInput(WeightsInput in, int length) {
    this.in = in;
    this.unread = length;
  }

  /** The next {@code n} bits, at most 32. */
  int take(int n) {
    if (count < n) {
      fill();
      if (count < n) {
        throw tooShort();
      }
    }
    int value = (int) (bits & ((1L << n) - 1));
    bits >>>= n;
    count -= n;
    return value;
  }

  /** The next symbol of a code. */
  int take(HuffmanTable code) {
    if (count < WeightsFormat.MAX_CODE_BITS) {
      fill();
    }
    int entry = code.entry((int) bits);
    int n = HuffmanTable.length(entry);
    if (n > count) {
      throw tooShort();
    }
    if (n == 0) {
      throw in.damaged("a code of the table", "another");
    }
    bits >>>= n;
    count -= n;
    return HuffmanTable.symbol(entry);
  }

  /** States that all bytes were taken. */
  void end() {
    if (unread != 0 || count >= 8) {
      throw in.damaged("the end of a section", unread + count / 8 + " bytes left");
    }
  }

  private void fill() {
    ByteBuffer window = in.window();
    if (unread >= 8 && window.remaining() >= 8) {
      bits |= window.getLong(window.position()) << count;
      int n = (63 - count) >>> 3;
      in.advance(n);
      unread -= n;
      count += 8 * n;
      return;
    }
    while (count <= 48 && unread > 0) {
      // Bits above count are those of this byte, or zero.
      bits |= (in.nextByte() & 0xFFL) << count;
      unread--;
      count += 8;
    }
  }

  private IllegalStateException tooShort() {
    return in.damaged("more bits in a section", "its end");
  }
}
