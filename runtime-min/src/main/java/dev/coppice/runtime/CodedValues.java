package dev.coppice.runtime;

import java.util.Arrays;

/** Decodes a coded section of a weight file piece by piece. The layout is {@link WeightsFormat}. */
final class CodedValues {
  private static final int PART_INTS = 4;
  private static final int PART_BYTES = 4 * PART_INTS;

  private final WeightsInput in;
  private final BitInput bits;
  private final int kind;
  private final int width;
  private final int gapWidth;
  private int first;
  private float[] book = {};
  private final HuffmanTable symbols;
  private final HuffmanTable gaps;

  /** The gap that no value follows. */
  private int open;

  /** Values that were not taken, and zeros before the next one. */
  private int values;

  private int zeros;

  private final boolean deltas;
  private float sum;

  private float[] scales = {};

  /** Elements, channels, stride and period of each part with scales of its own. */
  private int[] parts = {};

  /** Where the next element is: in which part, in its period, and the scales of that. */
  private int part;

  private int inPart;
  private int firstScale;

  /** Reads head and tables of a section of {@code count} elements. */
  CodedValues(WeightsInput in, int count, int values, int bytes) {
    this.in = in;
    this.values = values;
    int unread = bytes - WeightsFormat.CODED_HEAD_BYTES;
    kind = in.nextByte();
    width = in.nextByte() & 0xFF;
    gapWidth = in.nextByte() & 0xFF;
    int flags = in.nextByte();
    deltas = (flags & WeightsFormat.DELTAS) != 0;
    boolean huffman = width == WeightsFormat.HUFFMAN;
    boolean hasBook = kind >= WeightsFormat.BOOK_FLOAT;
    check(kind >= 0 && kind <= WeightsFormat.BOOK_INT16, "kind " + kind);
    check(huffman || width <= (hasBook ? WeightsFormat.MAX_CODE_BITS : 32), "width " + width);
    int k = 0;
    if (huffman || hasBook) {
      k = number(2, unread);
      unread -= 2;
    }
    if (kind == WeightsFormat.INTEGERS) {
      first = number(4, unread);
      unread -= 4;
    } else if (hasBook) {
      unread -= readBook(k, unread);
    }
    symbols = huffman ? table(k, unread) : HuffmanTable.NONE;
    unread -= huffman ? (k + 1) / 2 : 0;
    int g = 1 << (gapWidth & 31);
    if (gapWidth == WeightsFormat.HUFFMAN) {
      g = number(2, unread);
      unread -= 2;
      gaps = table(g, unread);
      unread -= (g + 1) / 2;
    } else {
      check(gapWidth <= 16, "gaps of " + gapWidth + " bits");
      gaps = HuffmanTable.NONE;
    }
    check(g > 1 || gapWidth == WeightsFormat.DENSE, g + " gaps");
    open = g - 1;
    if ((flags & WeightsFormat.SCALES) != 0) {
      unread -= readScales(count, unread);
    }
    bits = new BitInput(in, unread);
    if (isGapped()) {
      nextGap();
    }
  }

  private int readBook(int k, int unread) {
    boolean wide = kind == WeightsFormat.BOOK_FLOAT;
    check(k > 0 && k <= WeightsFormat.MAX_SYMBOLS, k + " symbols");
    int length = k * (wide ? 4 : 2);
    check(length <= unread, "a book of " + k);
    // Fixed widths have symbols that a book may lack.
    book = new float[WeightsFormat.MAX_SYMBOLS];
    for (int i = 0; i < k; i++) {
      int entry = number(wide ? 4 : 2, length);
      book[i] =
          wide
              ? Float.intBitsToFloat(entry)
              : kind == WeightsFormat.BOOK_HALF ? Half.fp16ToFloat((short) entry) : (short) entry;
    }
    return length;
  }

  private int readScales(int count, int unread) {
    int n = number(4, unread);
    check(n > 0 && n <= (unread - 4) / PART_BYTES, n + " parts");
    parts = new int[n * PART_INTS];
    in.nextInts(parts);
    long elements = 0;
    long all = 0;
    for (int i = 0; i < parts.length; i += PART_INTS) {
      check(fits(i), parts[i] + " elements of period " + parts[i + 3]);
      elements += parts[i];
      all += (long) parts[i + 1] * (parts[i] / parts[i + 3]);
    }
    int left = unread - 4 - PART_BYTES * n;
    check(elements == count && 4 * all <= left, all + " scales of " + elements + " elements");
    scales = new float[(int) all];
    in.nextFloats(scales, 0, scales.length);
    return unread - left + 4 * scales.length;
  }

  private boolean fits(int i) {
    return parts[i] > 0
        && parts[i + 1] > 0
        && parts[i + 2] > 0
        && parts[i + 3] > 0
        && parts[i + 3] % ((long) parts[i + 1] * parts[i + 2]) == 0
        && parts[i] % parts[i + 3] == 0;
  }

  private HuffmanTable table(int size, int unread) {
    check(
        size > 0 && size <= WeightsFormat.MAX_SYMBOLS && (size + 1) / 2 <= unread, size + " codes");
    byte[] lengths = new byte[size];
    int two = 0;
    for (int i = 0; i < size; i++) {
      two = (i & 1) == 0 ? in.nextByte() & 0xFF : two >> 4;
      lengths[i] = (byte) (two & 0xF);
    }
    try {
      return new HuffmanTable(lengths);
    } catch (IllegalArgumentException e) {
      throw in.damaged("a table of codes", String.valueOf(e.getMessage()));
    }
  }

  /** An unsigned number of two bytes, or one of four. */
  private int number(int bytes, int unread) {
    check(bytes <= unread, "its end");
    int value = 0;
    for (int i = 0; i < bytes; i++) {
      value |= (in.nextByte() & 0xFF) << 8 * i;
    }
    return value;
  }

  private void check(boolean valid, String found) {
    if (!valid) {
      throw in.damaged("a coded section", found);
    }
  }

  /** Puts the next {@code n} elements into {@code dst[offset ..]}. */
  void decode(float[] dst, int offset, int n) {
    int end = offset + n;
    if (isGapped()) {
      decodeGaps(dst, offset, end);
    } else {
      int from = offset + Math.min(values, n);
      for (int i = offset; i < from; i++) {
        dst[i] = value();
      }
      Arrays.fill(dst, from, end, 0);
      values -= from - offset;
    }
    if (deltas) {
      for (int i = offset; i < end; i++) {
        sum += dst[i];
        dst[i] = sum;
      }
    }
    if (scales.length > 0) {
      scale(dst, offset, end);
    }
  }

  /** States that the elements of the section were taken. */
  void end() {
    if (values != 0) {
      throw in.damaged("all values of a section", values + " left");
    }
    bits.end();
  }

  private boolean isGapped() {
    return gapWidth != WeightsFormat.DENSE;
  }

  private void decodeGaps(float[] dst, int offset, int end) {
    int i = offset;
    while (i < end) {
      int n = Math.min(zeros, end - i);
      Arrays.fill(dst, i, i + n, 0);
      i += n;
      zeros -= n;
      if (i < end) {
        dst[i++] = value();
        values--;
        nextGap();
      }
    }
  }

  /** Finds the zeros before the next value. */
  private void nextGap() {
    if (values == 0) {
      zeros = Integer.MAX_VALUE;
      return;
    }
    long sum = 0;
    int gap;
    do {
      gap = gapWidth == WeightsFormat.HUFFMAN ? bits.take(gaps) : bits.take(gapWidth);
      sum += gap;
    } while (gap == open);
    check(sum < Integer.MAX_VALUE, "a gap of " + sum);
    zeros = (int) sum;
  }

  private float value() {
    int s = width == WeightsFormat.HUFFMAN ? bits.take(symbols) : bits.take(width);
    switch (kind) {
      case WeightsFormat.FLOATS:
        return Float.intBitsToFloat(s);
      case WeightsFormat.HALVES:
        return Half.fp16ToFloat((short) s);
      case WeightsFormat.BFLOATS:
        return Half.bf16ToFloat((short) s);
      case WeightsFormat.INTEGERS:
        return first + s;
      default:
        return book[s];
    }
  }

  private void scale(float[] dst, int offset, int end) {
    int i = offset;
    while (i < end) {
      int channels = parts[part + 1];
      int stride = parts[part + 2];
      int period = parts[part + 3];
      int inPeriod = inPart % period;
      int n = Math.min(end - i, period - inPeriod);
      int channel = inPeriod / stride % channels;
      int left = stride - inPeriod % stride;
      for (int last = i + n; i < last; i++) {
        dst[i] *= scales[firstScale + channel];
        if (--left == 0) {
          left = stride;
          channel = channel + 1 == channels ? 0 : channel + 1;
        }
      }
      inPart += n;
      if (inPart % period == 0) {
        firstScale += channels;
      }
      if (inPart == parts[part]) {
        inPart = 0;
        part += PART_INTS;
      }
    }
  }
}
