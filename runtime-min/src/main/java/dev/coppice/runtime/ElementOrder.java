package dev.coppice.runtime;

import java.util.Arrays;

/** The order in which elements are read, as nested loops. The layout is {@link WeightsFormat}. */
final class ElementOrder {
  private static final int RUN_NUMBERS = 3;
  private static final int LOOP_NUMBERS = 4;

  private final WeightsInput in;

  /** The numbers of all nodes; zeros, which begin no node, are behind them. */
  private final int[] numbers;

  private int length;

  private float[] source = {};
  private float[] dst = {};
  private int at;
  private int end;

  /** Reads a section of {@code bytes} bytes. */
  ElementOrder(WeightsInput in, int bytes) {
    this.in = in;
    numbers = new int[bytes + LOOP_NUMBERS];
    for (int left = bytes; left > 0; length++) {
      int value = 0;
      int shift = 0;
      int next;
      do {
        check(left-- > 0 && shift < 35, "a number without an end");
        next = in.nextByte();
        value |= (next & 0x7F) << shift;
        shift += 7;
      } while (next < 0);
      numbers[length] = value;
    }
  }

  /** Puts {@code n} elements, which must be all, into {@code dst[offset ..]}. */
  void apply(float[] source, float[] dst, int offset, int n) {
    this.source = source;
    this.dst = dst;
    at = offset;
    end = offset + n;
    int node = 0;
    while (node < length) {
      node = put(node, 0, 0);
    }
    check(at == end && node == length, end - at + " elements less");
  }

  /** Puts the elements of a node, whose places count from {@code base}; returns the next node. */
  private int put(int node, int base, int depth) {
    check(node < length && depth <= WeightsFormat.MAX_LOOPS, "a node without an end");
    int n = numbers[node] >>> 2;
    int kind = numbers[node] & 3;
    check(n > 0 && n <= end - at, "a node of " + n);
    if (kind == WeightsFormat.ZEROS) {
      Arrays.fill(dst, at, at + n, 0);
      at += n;
      return node + 1;
    }
    long from = (long) base + signed(numbers[node + 1]);
    int stride = signed(numbers[node + 2]);
    long last = from + (n - 1L) * stride;
    check(
        from >= 0 && from < source.length && last >= 0 && last < source.length,
        "elements " + from + " to " + last);
    if (kind == WeightsFormat.RUN && stride == 1) {
      System.arraycopy(source, (int) from, dst, at, n);
      at += n;
      return node + RUN_NUMBERS;
    }
    if (kind == WeightsFormat.RUN) {
      for (int i = 0, k = (int) from; i < n; i++, k += stride) {
        dst[at++] = source[k];
      }
      return node + RUN_NUMBERS;
    }
    check(kind == WeightsFormat.LOOP && numbers[node + 3] > 0, "kind " + kind);
    int next = node;
    for (int i = 0; i < n; i++) {
      next = node + LOOP_NUMBERS;
      for (int child = 0; child < numbers[node + 3]; child++) {
        next = put(next, (int) from + i * stride, depth + 1);
      }
    }
    return next;
  }

  /** Numbers of both signs: 0, -1, 1, -2 and so on. */
  private static int signed(int number) {
    return number >>> 1 ^ -(number & 1);
  }

  private void check(boolean valid, String found) {
    if (!valid) {
      throw in.damaged("an order of elements", found);
    }
  }
}
