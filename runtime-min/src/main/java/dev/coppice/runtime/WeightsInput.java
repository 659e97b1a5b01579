package dev.coppice.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;

/**
 * The payload of a weight file as a stream with a small window, which keeps the memory for loading
 * at the size of the arrays; counts and checks as it reads.
 */
final class WeightsInput {
  private static final int WINDOW_BYTES = 1 << 16;

  /** The widest element: a window holds at least one. */
  private static final int MAX_ELEMENT_BYTES = 8;

  private final String name;
  private final InputStream in;
  private final CRC32 crc = new CRC32();
  private final byte[] bytes = new byte[WINDOW_BYTES];
  private final ByteBuffer window = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);

  /** Bytes of the payload that are not in the window yet. */
  private long unread;

  private long total;

  WeightsInput(String name, InputStream in) {
    this.name = name;
    this.in = in;
    window.limit(0);
  }

  /** Reads {@code length} bytes of header, which do not count as payload. */
  byte[] header(int length) {
    byte[] header = new byte[length];
    int n = read(header, 0, length);
    if (n < length) {
      throw truncated(length, n);
    }
    return header;
  }

  /** States the length of the payload, which begins here. */
  void payload(long length) {
    unread = length;
    total = length;
  }

  /**
   * A view at the read position, for bulk transfers; {@link #advance} moves past what was taken.
   * Positions are indices of its array.
   */
  ByteBuffer window() {
    return window;
  }

  /** At least one and at most {@code elements} elements of {@code size} bytes in the window. */
  int available(int elements, int size) {
    if (window.remaining() < size) {
      fill();
    }
    return Math.min(elements, window.remaining() / size);
  }

  void advance(int length) {
    window.position(window.position() + length);
  }

  /** The next integers. */
  void nextInts(int[] dst) {
    for (int i = 0, n; i < dst.length; i += n) {
      n = available(dst.length - i, 4);
      window().asIntBuffer().get(dst, i, n);
      advance(4 * n);
    }
  }

  /** The next floats. */
  void nextFloats(float[] dst, int offset, int length) {
    for (int i = 0, n; i < length; i += n) {
      n = available(length - i, 4);
      window().asFloatBuffer().get(dst, offset + i, n);
      advance(4 * n);
    }
  }

  int nextByte() {
    if (!window.hasRemaining()) {
      fill();
    }
    return window.get();
  }

  void next(byte[] dst, int offset, int length) {
    int done = Math.min(length, window.remaining());
    window.get(dst, offset, done);
    while (done < length) {
      int n = available(length - done, 1);
      window.get(dst, offset + done, n);
      done += n;
    }
  }

  /** Passes over {@code length} bytes. */
  void skip(long length) {
    for (long left = length; left > 0; ) {
      int n = available((int) Math.min(left, WINDOW_BYTES), 1);
      advance(n);
      left -= n;
    }
  }

  /** Checks the whole payload once all of it was taken, and that nothing follows it. */
  void finish(int expectedCrc) {
    if (unread != 0 || window.hasRemaining()) {
      throw damaged(
          "all of its payload in sections", (unread + window.remaining()) + " bytes left");
    }
    if ((int) crc.getValue() != expectedCrc) {
      throw damaged("CRC-32 " + hex(expectedCrc), hex((int) crc.getValue()));
    }
    if (read(new byte[1], 0, 1) != 0) {
      throw damaged("its end after " + total + " bytes of payload", "more bytes");
    }
    close();
  }

  private void close() {
    try {
      in.close();
    } catch (IOException e) {
      // All bytes were checked, or a more telling error is under way.
      window.limit(0);
    }
  }

  IllegalStateException damaged(String expected, String found) {
    return error(
        "WeightsDamaged",
        "the file is damaged",
        expected,
        found,
        "Rebuild the model, or copy the file again as binary: no line-end conversion, no"
            + " filtering");
  }

  /** Closes the stream and returns the error to throw. */
  IllegalStateException error(
      String code, String reason, String expected, String found, String remedy) {
    close();
    return new IllegalStateException(message(name, code, reason, expected, found, remedy));
  }

  static String message(
      String name, String code, String reason, String expected, String found, String remedy) {
    return "["
        + code
        + "] "
        + name
        + ": "
        + reason
        + "; expected "
        + expected
        + ", found "
        + found
        + ". "
        + remedy
        + ".";
  }

  static String hex(int value) {
    return String.format("%08x", value);
  }

  private void fill() {
    window.compact();
    int have = window.position();
    int want = (int) Math.min(WINDOW_BYTES - have, unread);
    int n = 0;
    // One read may bring less than an element; a full window is not worth waiting for.
    while (n < want && have + n < MAX_ELEMENT_BYTES) {
      int k = readOnce(bytes, have + n, want - n);
      if (k < 0) {
        throw truncated(total, total - unread + n);
      }
      n += k;
    }
    crc.update(bytes, have, n);
    unread -= n;
    window.position(0);
    window.limit(have + n);
    if (n == 0) {
      throw damaged("data of a section", "the end of the payload");
    }
  }

  private int read(byte[] dst, int offset, int length) {
    int n = 0;
    while (n < length) {
      int k = readOnce(dst, offset + n, length - n);
      if (k < 0) {
        break;
      }
      n += k;
    }
    return n;
  }

  private int readOnce(byte[] dst, int offset, int length) {
    try {
      return in.read(dst, offset, length);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private IllegalStateException truncated(long expected, long found) {
    return error(
        "WeightsTruncated",
        "the file is cut short",
        expected + " bytes",
        found + " bytes",
        "Rebuild the model, or copy the file again");
  }

  private IllegalStateException unreadable(IOException cause) {
    close();
    return new IllegalStateException(
        message(
            name,
            "WeightsUnreadable",
            "the file cannot be read",
            "a readable resource",
            cause.toString(),
            "Check the jar or folder that holds it"),
        cause);
  }
}
