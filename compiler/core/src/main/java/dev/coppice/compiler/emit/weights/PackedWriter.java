package dev.coppice.compiler.emit.weights;

import java.util.ArrayList;
import java.util.List;

/**
 * Packs bytes into the string constants that {@link dev.coppice.runtime.Packed} reads.
 *
 * <p>A chunk fits one string constant of a class file. It must be emitted as one literal, and
 * literals must not be joined with {@code +}: javac folds them into one constant.
 */
public final class PackedWriter {
  /** The longest string constant that javac takes, in bytes of modified UTF-8. */
  public static final int MAX_CONSTANT_BYTES = 65_534;

  /** Eight characters carry seven whole bytes. */
  private static final int GROUP_CHARS = 8;

  private static final int GROUP_BYTES = 7;

  private PackedWriter() {}

  /** Chunks of at most {@link #MAX_CONSTANT_BYTES} each. */
  public static List<String> pack(byte[] bytes) {
    return pack(bytes, MAX_CONSTANT_BYTES);
  }

  /**
   * Chunks of at most {@code maxConstantBytes} of modified UTF-8 each.
   *
   * @throws IllegalArgumentException if the limit is too small for one group of bytes
   */
  public static List<String> pack(byte[] bytes, int maxConstantBytes) {
    int step = chunkBytes(maxConstantBytes);
    List<String> chunks = new ArrayList<>();
    for (int offset = 0; offset < bytes.length; offset += step) {
      String chunk = chunk(bytes, offset, Math.min(step, bytes.length - offset));
      int length = modifiedUtf8Length(chunk);
      if (length > maxConstantBytes) {
        throw new IllegalStateException(
            "compiler bug: a packed chunk of " + length + " bytes exceeds " + maxConstantBytes);
      }
      chunks.add(chunk);
    }
    return List.copyOf(chunks);
  }

  /** The bytes that a string takes in a class file, without the length before it. */
  public static int modifiedUtf8Length(String text) {
    int length = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      length += c != 0 && c < 0x80 ? 1 : c < 0x800 ? 2 : 3;
    }
    return length;
  }

  /** The Java string literal of a chunk, in ASCII and on one line. */
  public static String literal(String chunk) {
    var literal = new StringBuilder(chunk.length() + chunk.length() / 2 + 2).append('"');
    for (int i = 0; i < chunk.length(); i++) {
      char c = chunk.charAt(i);
      if (c == '"' || c == '\\') {
        literal.append('\\').append(c);
      } else if (c < 0x20 || c == 0x7F) {
        // Three octal digits always: a digit that follows must not be taken for a part.
        literal.append('\\').append((char) ('0' + (c >> 6)));
        literal.append((char) ('0' + ((c >> 3) & 7))).append((char) ('0' + (c & 7)));
      } else if (c < 0x80) {
        literal.append(c);
      } else {
        throw new IllegalArgumentException("not a packed character: U+" + Integer.toHexString(c));
      }
    }
    return literal.append('"').toString();
  }

  /**
   * Bytes that fit whatever they are: of the 127 values that a rotation can send to U+0000, the
   * rarest takes at most one character in 127, and only that one costs two bytes.
   */
  private static int chunkBytes(int maxConstantBytes) {
    long chars = (maxConstantBytes - 1) * 127L / 128;
    int groups = (int) (chars / GROUP_CHARS);
    if (groups <= 0) {
      throw new IllegalArgumentException("limit " + maxConstantBytes + " is below one group");
    }
    return groups * GROUP_BYTES;
  }

  private static String chunk(byte[] bytes, int offset, int length) {
    char[] chars = new char[(int) ((length * 8L + GROUP_BYTES - 1) / GROUP_BYTES) + 1];
    int[] frequency = new int[128];
    int at = 1;
    int bits = 0;
    int count = 0;
    for (int i = offset; i < offset + length; i++) {
      bits = (bits << 8) | (bytes[i] & 0xFF);
      count += 8;
      while (count >= 7) {
        count -= 7;
        chars[at++] = (char) ((bits >> count) & 0x7F);
      }
    }
    if (count > 0) {
      chars[at++] = (char) ((bits << (7 - count)) & 0x7F);
    }
    for (int i = 1; i < at; i++) {
      frequency[chars[i]]++;
    }
    int rotation = 0;
    for (int r = 1; r < 127; r++) {
      if (frequency[(128 - r) & 0x7F] < frequency[(128 - rotation) & 0x7F]) {
        rotation = r;
      }
    }
    chars[0] = (char) (rotation + 1);
    for (int i = 1; i < at; i++) {
      chars[i] = (char) ((chars[i] + rotation) & 0x7F);
    }
    return new String(chars, 0, at);
  }
}
