package dev.coppice.runtime;

import java.io.InputStream;

/**
 * Bytes in string constants, 7 bits a character, so that nearly every character takes one byte in
 * the class file.
 *
 * <p>The first character of a chunk, U+0001 to U+007F, is a rotation r = c - 1. Each other
 * character c carries the 7 bits {@code (c - r) & 127}. The bits make bytes from the highest bit
 * down; bits after the last whole byte are zero. The compiler picks r so that the character U+0000,
 * which takes two bytes in a class file, is the rarest of the chunk.
 */
public final class Packed {
  private Packed() {}

  /** The bytes of all chunks, one after the other. */
  public static byte[] bytes(String... chunks) {
    int length = 0;
    for (String chunk : chunks) {
      length += byteCount(chunk);
    }
    byte[] bytes = new byte[length];
    int offset = 0;
    for (String chunk : chunks) {
      int n = byteCount(chunk);
      unpack(chunk, bytes, offset, n);
      offset += n;
    }
    return bytes;
  }

  /** The bytes of all chunks as a stream that unpacks one chunk at a time. */
  static InputStream stream(String... chunks) {
    return new ChunkStream(chunks);
  }

  private static int byteCount(String chunk) {
    return chunk.isEmpty() ? 0 : (int) ((chunk.length() - 1) * 7L / 8);
  }

  private static void unpack(String chunk, byte[] dst, int offset, int length) {
    if (length == 0) {
      return;
    }
    int rotation = chunk.charAt(0) - 1;
    int at = 1;
    int bits = 0;
    int count = 0;
    for (int i = offset; i < offset + length; i++) {
      while (count < 8) {
        bits = (bits << 7) | ((chunk.charAt(at++) - rotation) & 0x7F);
        count += 7;
      }
      count -= 8;
      dst[i] = (byte) (bits >> count);
    }
  }

  private static final class ChunkStream extends InputStream {
    private final String[] chunks;
    private int next;
    private byte[] bytes = {};
    private int position;

    ChunkStream(String[] chunks) {
      this.chunks = chunks.clone();
    }

    @Override
    public int read() {
      return more() ? bytes[position++] & 0xFF : -1;
    }

    @Override
    public int read(byte[] dst, int offset, int length) {
      if (length == 0) {
        return 0;
      }
      if (!more()) {
        return -1;
      }
      int n = Math.min(length, bytes.length - position);
      System.arraycopy(bytes, position, dst, offset, n);
      position += n;
      return n;
    }

    private boolean more() {
      while (position == bytes.length && next < chunks.length) {
        bytes = Packed.bytes(chunks[next++]);
        position = 0;
      }
      return position < bytes.length;
    }
  }
}
