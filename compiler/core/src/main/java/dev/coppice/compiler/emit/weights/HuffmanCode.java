package dev.coppice.compiler.emit.weights;

import dev.coppice.runtime.WeightsFormat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A canonical Huffman code of at most {@link WeightsFormat#MAX_CODE_BITS} bits a symbol, the
 * shortest there is: by package-merge (Larmore and Hirschberg, "A fast algorithm for optimal
 * length-limited Huffman codes", 1990). Lengths alone determine it.
 */
final class HuffmanCode {
  /** A symbol, or several that get longer by one bit together. */
  private record Coin(long weight, int[] symbols) {}

  private final int[] lengths;
  private final int[] codes;

  private HuffmanCode(int[] lengths) {
    this.lengths = lengths;
    this.codes = codes(lengths);
  }

  /**
   * The code for symbols that occur so often. One symbol alone has a code of one bit.
   *
   * @throws IllegalArgumentException if no symbol occurs, or more than codes can tell apart
   */
  static HuffmanCode of(long[] counts) {
    List<Coin> leaves = new ArrayList<>();
    for (int s = 0; s < counts.length; s++) {
      if (counts[s] > 0) {
        leaves.add(new Coin(counts[s], new int[] {s}));
      }
    }
    if (leaves.isEmpty() || leaves.size() > WeightsFormat.MAX_SYMBOLS) {
      throw new IllegalArgumentException(leaves.size() + " symbols occur");
    }
    // Stable: equal counts in the order of symbols.
    leaves.sort(Comparator.comparingLong(Coin::weight));
    int[] lengths = new int[counts.length];
    if (leaves.size() == 1) {
      lengths[leaves.get(0).symbols[0]] = 1;
      return new HuffmanCode(lengths);
    }
    List<Coin> level = leaves;
    for (int bits = 1; bits < WeightsFormat.MAX_CODE_BITS; bits++) {
      level = merged(leaves, pairs(level));
    }
    for (Coin p : level.subList(0, 2 * leaves.size() - 2)) {
      for (int s : p.symbols) {
        lengths[s]++;
      }
    }
    return new HuffmanCode(lengths);
  }

  private static List<Coin> pairs(List<Coin> level) {
    List<Coin> pairs = new ArrayList<>();
    for (int i = 0; i + 1 < level.size(); i += 2) {
      Coin a = level.get(i);
      Coin b = level.get(i + 1);
      int[] symbols = new int[a.symbols.length + b.symbols.length];
      System.arraycopy(a.symbols, 0, symbols, 0, a.symbols.length);
      System.arraycopy(b.symbols, 0, symbols, a.symbols.length, b.symbols.length);
      pairs.add(new Coin(a.weight + b.weight, symbols));
    }
    return pairs;
  }

  private static List<Coin> merged(List<Coin> leaves, List<Coin> pairs) {
    List<Coin> all = new ArrayList<>(leaves.size() + pairs.size());
    int p = 0;
    for (Coin leaf : leaves) {
      while (p < pairs.size() && pairs.get(p).weight < leaf.weight) {
        all.add(pairs.get(p++));
      }
      all.add(leaf);
    }
    all.addAll(pairs.subList(p, pairs.size()));
    return all;
  }

  /** Codes counted up by length, then by symbol, with the first bit lowest. */
  private static int[] codes(int[] lengths) {
    int[] codes = new int[lengths.length];
    int code = 0;
    for (int length = 1; length <= WeightsFormat.MAX_CODE_BITS; length++, code <<= 1) {
      for (int s = 0; s < lengths.length; s++) {
        if (lengths[s] == length) {
          codes[s] = Integer.reverse(code++) >>> (Integer.SIZE - length);
        }
      }
    }
    return codes;
  }

  /** Number of symbols, with those that do not occur. */
  int size() {
    return lengths.length;
  }

  /** Bits of the code of {@code symbol}, 0 if it does not occur. */
  int length(int symbol) {
    return lengths[symbol];
  }

  /** Bits of symbols that occur so often. */
  long bits(long[] counts) {
    long bits = 0;
    for (int s = 0; s < counts.length; s++) {
      bits += counts[s] * lengths[s];
    }
    return bits;
  }

  /** Bytes of the lengths. */
  int tableBytes() {
    return (lengths.length + 1) / 2;
  }

  void writeTable(LittleEndianSink sink) throws IOException {
    for (int s = 0; s < lengths.length; s += 2) {
      sink.int8(lengths[s] | (s + 1 < lengths.length ? lengths[s + 1] << 4 : 0));
    }
  }

  void write(int symbol, BitSink sink) throws IOException {
    sink.put(codes[symbol], lengths[symbol]);
  }
}
