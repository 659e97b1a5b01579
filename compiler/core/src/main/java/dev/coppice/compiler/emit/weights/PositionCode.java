package dev.coppice.compiler.emit.weights;

import dev.coppice.runtime.WeightsFormat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntPredicate;

/**
 * How a coded section says where its values are: nowhere, as all elements but the last ones are
 * values; or with the number of zeros before each value, in a fixed number of bits or
 * Huffman-coded, where a gap that is too long is taken in steps. The last step of an alphabet of
 * gaps stands for zeros that no value follows (Han, Mao and Dally, "Deep Compression", 2016, put a
 * zero there instead).
 *
 * @param width bits of a gap, or a constant of {@link WeightsFormat}
 * @param open the gap that no value follows
 * @param huffman the code of gaps, if they have one
 * @param values elements that are values
 * @param bits bits of all positions, without the table of the code
 */
record PositionCode(int width, int open, Optional<HuffmanCode> huffman, int values, long bits) {
  /** Widest gap of a fixed number of bits. */
  private static final int MAX_WIDTH = 16;

  /** Longest gap that has a Huffman code of its own. */
  private static final int MAX_CODED_GAP = 510;

  /** Gaps below this are counted in an array. */
  private static final int COUNTED_GAPS = 1024;

  /** The first elements are values, the others zero. */
  static PositionCode dense(int values) {
    return new PositionCode(WeightsFormat.DENSE, 0, Optional.empty(), values, 0);
  }

  /** Elements up to the last of which {@code isValue} is true. */
  static int prefix(int size, IntPredicate isValue) {
    int n = size;
    while (n > 0 && !isValue.test(n - 1)) {
      n--;
    }
    return n;
  }

  /** The smallest for the elements of which {@code isValue} is true. */
  static PositionCode of(int size, IntPredicate isValue) {
    long[] shorter = new long[COUNTED_GAPS];
    TreeMap<Integer, Long> gaps = new TreeMap<>();
    int values = 0;
    int gap = 0;
    for (int i = 0; i < size; i++) {
      if (!isValue.test(i)) {
        gap++;
        continue;
      }
      values++;
      if (gap < COUNTED_GAPS) {
        shorter[gap]++;
      } else {
        gaps.merge(gap, 1L, Long::sum);
      }
      gap = 0;
    }
    for (int g = 0; g < COUNTED_GAPS; g++) {
      if (shorter[g] > 0) {
        gaps.put(g, shorter[g]);
      }
    }
    if (values == size - gap) {
      return dense(values);
    }
    PositionCode best = fixed(gaps, 1, values);
    for (int width = 2; width <= MAX_WIDTH; width++) {
      best = smaller(best, fixed(gaps, width, values));
    }
    for (int open : opens(gaps.isEmpty() ? 0 : gaps.lastKey())) {
      best = smaller(best, huffman(gaps, open, values));
    }
    return best;
  }

  /** Of one bit, they are a bitmap: 1 for each zero, 0 for each value. */
  private static PositionCode fixed(TreeMap<Integer, Long> gaps, int width, int values) {
    int open = (1 << width) - 1;
    long steps = 0;
    for (Map.Entry<Integer, Long> e : gaps.entrySet()) {
      steps += e.getValue() * (e.getKey() / open + 1L);
    }
    return new PositionCode(width, open, Optional.empty(), values, steps * width);
  }

  private static List<Integer> opens(int longest) {
    List<Integer> opens = new ArrayList<>();
    for (int open = 4; open <= MAX_CODED_GAP && open <= longest; open *= 2) {
      opens.add(open - 1);
    }
    opens.add(Math.min(longest, MAX_CODED_GAP) + 1);
    return opens;
  }

  private static PositionCode huffman(TreeMap<Integer, Long> gaps, int open, int values) {
    long[] counts = new long[open + 1];
    gaps.forEach(
        (gap, times) -> {
          counts[open] += times * (gap / open);
          counts[gap % open] += times;
        });
    if (values == 0) {
      counts[0] = 1;
    }
    HuffmanCode code = HuffmanCode.of(counts);
    return new PositionCode(
        WeightsFormat.HUFFMAN, open, Optional.of(code), values, code.bits(counts));
  }

  private static PositionCode smaller(PositionCode a, PositionCode b) {
    return b.totalBits() < a.totalBits() ? b : a;
  }

  private long totalBits() {
    return bits + 8L * tableBytes();
  }

  /** Whether no zero is left out but behind the last value. */
  boolean isDense() {
    return width == WeightsFormat.DENSE;
  }

  /** Bytes of the table of the code, if there is one. */
  int tableBytes() {
    return huffman.map(h -> 2 + h.tableBytes()).orElse(0);
  }

  void writeTable(LittleEndianSink sink) throws IOException {
    if (huffman.isPresent()) {
      sink.int16(open + 1);
      huffman.get().writeTable(sink);
    }
  }

  /** Writes that {@code gap} zeros and then a value follow. */
  void writeGap(int gap, BitSink sink) throws IOException {
    for (int left = gap; ; left -= open) {
      int step = Math.min(left, open);
      if (huffman.isPresent()) {
        huffman.get().write(step, sink);
      } else {
        sink.put(step, width);
      }
      if (step < open) {
        return;
      }
    }
  }

  /** For people. */
  @Override
  public String toString() {
    return switch (width) {
      case WeightsFormat.DENSE -> "dense";
      case 1 -> "bitmap";
      case WeightsFormat.HUFFMAN -> "Huffman-coded gaps";
      default -> "gaps of " + width + " bits";
    };
  }
}
