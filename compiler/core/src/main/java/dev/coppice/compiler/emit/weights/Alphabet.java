package dev.coppice.compiler.emit.weights;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

/**
 * Different numbers, ascending, and how often each occurs.
 *
 * @param numbers the numbers; not a copy
 * @param counts how often each occurs; not a copy
 */
record Alphabet(int[] numbers, long[] counts) {
  /**
   * The numbers {@code element(0)} to {@code element(size - 1)}; empty if more than {@code most}
   * are different.
   */
  static Optional<Alphabet> of(int size, IntUnaryOperator element, int most) {
    int slots = Integer.highestOneBit(Math.max(1, most)) * 4;
    int[] keys = new int[slots];
    long[] found = new long[slots];
    int different = 0;
    for (int i = 0; i < size; i++) {
      int number = element.applyAsInt(i);
      int slot = (number * 0x9E3779B9 >>> 8) & (slots - 1);
      while (found[slot] > 0 && keys[slot] != number) {
        slot = (slot + 1) & (slots - 1);
      }
      if (found[slot]++ == 0) {
        keys[slot] = number;
        if (++different > most) {
          return Optional.empty();
        }
      }
    }
    return Optional.of(sorted(keys, found, different));
  }

  private static Alphabet sorted(int[] keys, long[] found, int different) {
    int[] numbers = new int[different];
    for (int slot = 0, n = 0; slot < keys.length; slot++) {
      if (found[slot] > 0) {
        numbers[n++] = keys[slot];
      }
    }
    Arrays.sort(numbers);
    long[] counts = new long[different];
    for (int slot = 0; slot < keys.length; slot++) {
      if (found[slot] > 0) {
        counts[Arrays.binarySearch(numbers, keys[slot])] = found[slot];
      }
    }
    return new Alphabet(numbers, counts);
  }

  /** Number of different numbers. */
  int size() {
    return numbers.length;
  }

  /** Where {@code number} is among them. */
  int indexOf(int number) {
    return Arrays.binarySearch(numbers, number);
  }

  /** How many numbers there are, equal ones too. */
  long total() {
    return Arrays.stream(counts).sum();
  }

  /** The others. */
  Alphabet without(int number) {
    int at = indexOf(number);
    if (at < 0) {
      return this;
    }
    int[] others = new int[size() - 1];
    long[] their = new long[size() - 1];
    System.arraycopy(numbers, 0, others, 0, at);
    System.arraycopy(numbers, at + 1, others, at, others.length - at);
    System.arraycopy(counts, 0, their, 0, at);
    System.arraycopy(counts, at + 1, their, at, their.length - at);
    return new Alphabet(others, their);
  }
}
