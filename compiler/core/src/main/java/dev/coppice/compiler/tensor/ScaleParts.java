package dev.coppice.compiler.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * Which scale each element of a tensor in some order has. The elements are cut into parts; within a
 * part runs of {@code stride} elements take the {@code channels} scales of a period by turns, and
 * after {@code period} elements other scales follow. Weights in the order of a kernel have such
 * parts: its tiles, and what is left over at their ends.
 *
 * @param parts the parts, in order
 * @param scales the scales of all periods; not a copy
 */
public record ScaleParts(List<Part> parts, float[] scales) {
  /** More parts mean that there is no order. */
  private static final int MAX_PARTS = 1 << 12;

  private static final int PART_BYTES = 4 * Integer.BYTES;

  /** Larger tensors are not copied to see whether padding is better given a scale beside it. */
  private static final int MAX_FILLED = 1 << 22;

  /**
   * Elements that share their scales in one way.
   *
   * @param elements number of elements, a multiple of the period
   * @param channels scales of a period
   * @param stride elements with a scale that lie together
   * @param period elements after which other scales follow, a multiple of channels and stride
   */
  public record Part(int elements, int channels, int stride, int period) {
    /** Number of scales. */
    public int scales() {
      return elements / period * channels;
    }
  }

  public ScaleParts {
    parts = List.copyOf(parts);
  }

  /**
   * The parts of elements in an order, found by the group of each; empty if there are too many.
   *
   * @param elements the elements
   * @param levels groups and scales of the tensor that they come from
   * @param maxScales more scales are not worth their bytes
   */
  public static Optional<ScaleParts> of(Reordered elements, ScaledLevels levels, int maxScales) {
    IntUnaryOperator order = elements.order();
    IntUnaryOperator group = i -> order.applyAsInt(i) < 0 ? -1 : levels.group(order.applyAsInt(i));
    int size = elements.data().size();
    Optional<ScaleParts> found = of(size, group, levels.scales(), maxScales);
    if (size > MAX_FILLED || IntStream.range(0, size).allMatch(i -> order.applyAsInt(i) >= 0)) {
      return found;
    }
    int[] filled = new int[size];
    for (int i = 0; i < size; i++) {
      int own = group.applyAsInt(i);
      filled[i] = own < 0 && i > 0 ? filled[i - 1] : own;
    }
    Optional<ScaleParts> other = of(size, i -> filled[i], levels.scales(), maxScales);
    return other.isPresent() && (found.isEmpty() || other.get().bytes() < found.get().bytes())
        ? other
        : found;
  }

  private static Optional<ScaleParts> of(
      int size, IntUnaryOperator group, float[] scales, int maxScales) {
    List<Part> parts = new ArrayList<>();
    List<Float> found = new ArrayList<>();
    for (int from = 0; from < size; ) {
      Part part = new Search(size, group, from).part();
      for (int p = from; p < from + part.elements; p += part.period) {
        for (int c = 0; c < part.channels; c++) {
          int g = group.applyAsInt(p + c * part.stride);
          found.add(g < 0 ? 1 : scales[g]);
        }
      }
      parts.add(part);
      if (parts.size() > MAX_PARTS || found.size() > maxScales) {
        return Optional.empty();
      }
      from += part.elements;
    }
    float[] all = new float[found.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = found.get(i);
    }
    return Optional.of(new ScaleParts(parts, all));
  }

  /** Finds the longest part from an element on. */
  private record Search(int size, IntUnaryOperator group, int from) {
    Part part() {
      int stride = runLength(from);
      int channels = 1;
      int at = from + stride;
      while (isRun(at, stride) && group.applyAsInt(at) != group.applyAsInt(from)) {
        channels++;
        at += stride;
      }
      int cycle = channels * stride;
      int period = cycle;
      while (from + period + cycle <= size && isEqual(from + period, from, cycle)) {
        period += cycle;
      }
      int elements = period;
      while (isPeriod(from + elements, channels, stride, period)) {
        elements += period;
      }
      return new Part(elements, channels, stride, period);
    }

    private int runLength(int at) {
      int n = 1;
      while (at + n < size && group.applyAsInt(at + n) == group.applyAsInt(at)) {
        n++;
      }
      return n;
    }

    /** Whether {@code length} elements from {@code at} on are of one group. */
    private boolean isRun(int at, int length) {
      if (at + length > size) {
        return false;
      }
      for (int i = at + 1; i < at + length; i++) {
        if (group.applyAsInt(i) != group.applyAsInt(at)) {
          return false;
        }
      }
      return true;
    }

    private boolean isEqual(int a, int b, int length) {
      for (int i = 0; i < length; i++) {
        if (group.applyAsInt(a + i) != group.applyAsInt(b + i)) {
          return false;
        }
      }
      return true;
    }

    private boolean isPeriod(int at, int channels, int stride, int period) {
      int cycle = channels * stride;
      if (at + period > size) {
        return false;
      }
      for (int c = 0; c < channels; c++) {
        if (!isRun(at + c * stride, stride)) {
          return false;
        }
      }
      return isEqual(at + cycle, at, period - cycle);
    }
  }

  /** For each element, in order, the number of its scale. */
  public int[] numbers() {
    int[] numbers = new int[parts.stream().mapToInt(Part::elements).sum()];
    int at = 0;
    int first = 0;
    for (Part p : parts) {
      for (int i = 0; i < p.elements; i++) {
        int turn = i % p.period / p.stride % p.channels;
        numbers[at + i] = first + i / p.period * p.channels + turn;
      }
      at += p.elements;
      first += p.scales();
    }
    return numbers;
  }

  /** Bytes of parts, four integers each after their number, and of scales. */
  public long bytes() {
    return Integer.BYTES + (long) PART_BYTES * parts.size() + 4L * scales.length;
  }
}
