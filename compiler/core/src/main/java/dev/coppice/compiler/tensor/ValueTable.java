package dev.coppice.compiler.tensor;

import java.util.Optional;
import java.util.TreeSet;

/**
 * The different values of a tensor of floats, few enough that a byte tells which: weights that
 * share the values of a codebook, integers of few bits, ternary and binary ones.
 */
public final class ValueTable {
  /** Most values. */
  public static final int MAX_VALUES = 256;

  /** Raw bits of the values, ascending as unsigned numbers: 0 comes first. */
  private final int[] bits;

  private ValueTable(int[] bits) {
    this.bits = bits;
  }

  /** The values of {@code data}; empty if it is not float32, has none or more than a byte tells. */
  public static Optional<ValueTable> of(Tensor data) {
    if (data.dtype() != DType.FLOAT32) {
      return Optional.empty();
    }
    TreeSet<Integer> found = new TreeSet<>(Integer::compareUnsigned);
    for (int i = 0; i < data.size(); i++) {
      if (found.add(Float.floatToRawIntBits(data.floatAt(i))) && found.size() > MAX_VALUES) {
        return Optional.empty();
      }
    }
    return found.isEmpty()
        ? Optional.empty()
        : Optional.of(new ValueTable(found.stream().mapToInt(b -> b).toArray()));
  }

  /** Bits of an index: 1, 2, 4 or 8, so that bytes hold whole ones. */
  public int indexBits() {
    int width = 1;
    while (1 << width < bits.length) {
      width *= 2;
    }
    return width;
  }

  /** Whether 0 is a value; then it has index 0. */
  public boolean hasZero() {
    return bits[0] == 0;
  }

  /** The index of a value of the tensor. */
  public int index(float value) {
    int own = Float.floatToRawIntBits(value);
    int low = 0;
    int high = bits.length - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (Integer.compareUnsigned(bits[middle], own) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** The values by index, as many as a power of two; those behind the last are 0. */
  public Tensor values() {
    float[] values = new float[Math.max(2, Integer.highestOneBit(2 * bits.length - 1))];
    for (int i = 0; i < bits.length; i++) {
      values[i] = Float.intBitsToFloat(bits[i]);
    }
    return Tensor.ofFloats(Shape.of(values.length), values);
  }
}
