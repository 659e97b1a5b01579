package dev.coppice.runtime;

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

  /** Reads a section of {@code bytes} bytes. */
  ElementOrder(WeightsInput in, int bytes) {
    this.in = in;
    numbers = new int[bytes + LOOP_NUMBERS];
    int shift = 0;
    for (int i = 0; i < bytes; i++) {
      int next = in.nextByte();
      numbers[length] |= (next & 0x7F) << shift;
      shift += 7;
      if (next >= 0) {
        length++;
        shift = 0;
      }
    }
    if (shift > 0) {
      throw damaged(length);
    }
  }

  /** The {@code n} elements in order. */
  float[] apply(float[] source, int n) {
    this.source = source;
    dst = new float[n];
    at = 0;
    int node = 0;
    while (node < length) {
      node = put(node, 0, 0);
    }
    if (at != n || node != length) {
      throw damaged(node);
    }
    return dst;
  }

  /** Puts the elements of a node, whose places count from {@code base}; returns the next node. */
  private int put(int node, int base, int depth) {
    int head = node < length ? numbers[node] : 0;
    int n = head >>> 2;
    int kind = head & 3;
    if (n == 0 || n > dst.length - at || depth > WeightsFormat.MAX_LOOPS) {
      throw damaged(node);
    }
    if (kind == WeightsFormat.ZEROS) {
      at += n;
      return node + 1;
    }
    long from = (long) base + signed(numbers[node + 1]);
    int stride = signed(numbers[node + 2]);
    long last = from + (n - 1L) * stride;
    if (from < 0 || last < 0 || Math.max(from, last) >= source.length) {
      throw damaged(node);
    }
    if (kind == WeightsFormat.RUN) {
      for (int i = 0, k = (int) from; i < n; i++, k += stride) {
        dst[at++] = source[k];
      }
      return node + RUN_NUMBERS;
    }
    int children = numbers[node + 3];
    if (kind != WeightsFormat.LOOP || children <= 0) {
      throw damaged(node);
    }
    int next = node;
    for (int i = 0; i < n; i++) {
      next = node + LOOP_NUMBERS;
      for (int child = 0; child < children; child++) {
        next = put(next, (int) from + i * stride, depth + 1);
      }
    }
    return next;
  }

  /** Numbers of both signs: 0, -1, 1, -2 and so on. */
  private static int signed(int number) {
    return number >>> 1 ^ -(number & 1);
  }

  private IllegalStateException damaged(int number) {
    return in.damaged("an order of elements", "another from its number " + number);
  }
}
