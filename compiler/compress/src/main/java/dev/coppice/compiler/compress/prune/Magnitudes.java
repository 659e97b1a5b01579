package dev.coppice.compiler.compress.prune;

import dev.coppice.compiler.tensor.Tensor;
import java.util.List;
import java.util.function.Supplier;

/**
 * Order statistics of the magnitudes of float32 tensors, by counting: memory does not depend on the
 * number of elements, and tensors are asked for one at a time. NaN counts as the largest magnitude.
 */
public final class Magnitudes {
  private static final int BUCKETS = 1 << 16;

  private final List<Supplier<Tensor>> tensors;

  private Magnitudes(List<Supplier<Tensor>> tensors) {
    this.tensors = List.copyOf(tensors);
  }

  /** The magnitudes of one tensor. */
  public static Magnitudes of(Tensor w) {
    return new Magnitudes(List.of(() -> w));
  }

  /** The magnitudes of several tensors together. */
  public static Magnitudes of(List<Supplier<Tensor>> tensors) {
    return new Magnitudes(tensors);
  }

  /**
   * The {@code rank}-th smallest magnitude, counted from 1.
   *
   * @throws IllegalArgumentException if there is none
   */
  public float smallest(long rank) {
    long[] high = new long[BUCKETS];
    for (Supplier<Tensor> tensor : tensors) {
      Tensor w = tensor.get();
      for (int i = 0; i < w.size(); i++) {
        high[bits(w, i) >>> 16]++;
      }
    }
    long before = 0;
    int bucket = 0;
    while (bucket < BUCKETS && before + high[bucket] < rank) {
      before += high[bucket++];
    }
    if (rank < 1 || bucket == BUCKETS) {
      throw new IllegalArgumentException("no magnitude of rank " + rank);
    }
    long[] low = new long[BUCKETS];
    for (Supplier<Tensor> tensor : tensors) {
      Tensor w = tensor.get();
      for (int i = 0; i < w.size(); i++) {
        int bits = bits(w, i);
        low[bits & 0xFFFF] += bits >>> 16 == bucket ? 1 : 0;
      }
    }
    int rest = 0;
    while (before + low[rest] < rank) {
      before += low[rest++];
    }
    return Float.intBitsToFloat(bucket << 16 | rest);
  }

  /** The number of magnitudes below {@code threshold}. */
  public long below(float threshold) {
    return count(Float.floatToIntBits(threshold), 0);
  }

  /** The number of magnitudes equal to {@code threshold}. */
  public long at(float threshold) {
    return count(Float.floatToIntBits(threshold) + 1, Float.floatToIntBits(threshold));
  }

  private long count(int end, int start) {
    long count = 0;
    for (Supplier<Tensor> tensor : tensors) {
      Tensor w = tensor.get();
      for (int i = 0; i < w.size(); i++) {
        int bits = bits(w, i);
        count += bits >= start && bits < end ? 1 : 0;
      }
    }
    return count;
  }

  /** The magnitude's bits, whose order is that of the magnitudes. */
  private static int bits(Tensor w, int i) {
    return Float.floatToIntBits(Math.abs(w.floatAt(i)));
  }
}
