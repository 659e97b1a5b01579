package dev.coppice.runtime;

/**
 * Decodes a canonical Huffman code: one look-up with the next {@value WeightsFormat#MAX_CODE_BITS}
 * bits or fewer gives a symbol and the length of its code.
 */
final class HuffmanTable {
  /** A code without symbols. */
  static final HuffmanTable NONE = new HuffmanTable(new byte[0]);

  private static final int LENGTH_BITS = 4;

  private final short[] entries;

  /**
   * The code with these lengths.
   *
   * @param lengths length of each symbol's code in bits, 0 if it does not occur
   * @throws IllegalArgumentException if there is no such code
   */
  HuffmanTable(byte[] lengths) {
    int longest = 0;
    for (byte length : lengths) {
      longest = Math.max(longest, length);
    }
    if (longest > WeightsFormat.MAX_CODE_BITS) {
      throw new IllegalArgumentException("a code of " + longest + " bits");
    }
    entries = new short[1 << longest];
    int code = 0;
    for (int length = 1; length <= longest; length++, code <<= 1) {
      for (int s = 0; s < lengths.length; s++) {
        if (lengths[s] == length) {
          if (code >> length != 0) {
            throw new IllegalArgumentException("more codes than there are");
          }
          int first = Integer.reverse(code++) >>> (32 - length);
          for (int i = first; i < entries.length; i += 1 << length) {
            entries[i] = (short) (s << LENGTH_BITS | length);
          }
        }
      }
    }
  }

  /** Symbol and length of the code that {@code bits} begins with. */
  int entry(int bits) {
    return entries[bits & (entries.length - 1)];
  }

  /** The length in an entry, 0 if there is no such code. */
  static int length(int entry) {
    return entry & ((1 << LENGTH_BITS) - 1);
  }

  /** The symbol in an entry. */
  static int symbol(int entry) {
    return (entry & 0xFFFF) >>> LENGTH_BITS;
  }
}
