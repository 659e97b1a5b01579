package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** Checks of operand counts, element types and attributes, with the messages users read. */
final class Operands {
  private Operands() {}

  /** The exception that says what is wrong with the operands or attributes. */
  static IllegalArgumentException bad(String format, Object... values) {
    return new IllegalArgumentException(String.format(Locale.ROOT, format, values));
  }

  /** Requires between {@code min} and {@code max} operands. */
  static void count(List<TensorType> inputs, int min, int max) {
    if (inputs.size() < min || inputs.size() > max) {
      throw bad(
          "has %d operands %s, expected %s",
          inputs.size(), inputs, min == max ? String.valueOf(min) : min + " to " + max);
    }
  }

  /** Requires exactly one operand and returns its type. */
  static TensorType only(List<TensorType> inputs) {
    count(inputs, 1, 1);
    return inputs.get(0);
  }

  /** Requires operand {@code i} to have one of {@code allowed} as element type. */
  static void dtype(List<TensorType> inputs, int i, DType... allowed) {
    if (!Arrays.asList(allowed).contains(inputs.get(i).dtype())) {
      throw bad(
          "operand %d is %s, expected element type %s", i, inputs.get(i), Arrays.toString(allowed));
    }
  }

  /** Requires operand {@code i} to be floating point. */
  static void floating(List<TensorType> inputs, int i) {
    dtype(inputs, i, DType.FLOAT32, DType.FLOAT64, DType.FLOAT16, DType.BFLOAT16);
  }

  /** Requires operand {@code i} to hold numbers. */
  static void number(List<TensorType> inputs, int i) {
    if (inputs.get(i).dtype() == DType.BOOL || inputs.get(i).dtype().isStoredOnly()) {
      throw bad("operand %d is %s, expected numbers", i, inputs.get(i));
    }
  }

  /** Requires operand {@code i} to hold numbers or booleans, not a type that is only stored. */
  static void computable(List<TensorType> inputs, int i) {
    if (inputs.get(i).dtype().isStoredOnly()) {
      throw bad("operand %d is %s, expected numbers or booleans", i, inputs.get(i));
    }
  }

  /** Requires operand {@code i} to hold int32 or int64 indices. */
  static void indices(List<TensorType> inputs, int i) {
    dtype(inputs, i, DType.INT32, DType.INT64);
  }

  /** Requires {@code type} to hold one boolean. */
  static void oneBoolean(TensorType type, String role) {
    if (type.dtype() != DType.BOOL || type.shape().size() != 1) {
      throw bad("operand '%s' is %s, expected one boolean", role, type);
    }
  }

  /** Requires operand {@code i} to have the element type of operand 0. */
  static void sameDtype(List<TensorType> inputs, int i) {
    if (inputs.get(i).dtype() != inputs.get(0).dtype()) {
      throw bad(
          "operand %d is %s, expected element type %s as operand 0",
          i, inputs.get(i), inputs.get(0).dtype());
    }
  }

  /** Requires operand {@code i} to have shape {@code expected}. */
  static void shape(List<TensorType> inputs, int i, Shape expected) {
    if (!inputs.get(i).shape().equals(expected)) {
      throw bad("operand %d is %s, expected shape %s", i, inputs.get(i), expected);
    }
  }

  /** Requires {@code min <= axis < max}. */
  static void axis(String name, int axis, int min, int max, TensorType type) {
    if (axis < min || axis >= max) {
      throw bad("%s %d is outside %d..%d for operand %s", name, axis, min, max - 1, type);
    }
  }

  /** Requires {@code axis} to be one of {@code type}'s. */
  static void axis(int axis, TensorType type) {
    axis("axis", axis, 0, type.shape().rank(), type);
  }

  /** Requires distinct axes of {@code type}. */
  static void axes(List<Integer> axes, TensorType type) {
    Set<Integer> seen = new TreeSet<>();
    for (int a : axes) {
      axis(a, type);
      if (!seen.add(a)) {
        throw bad("axes %s name axis %d twice", axes, a);
      }
    }
  }

  /** Requires an attribute list to have {@code expected} entries. */
  static void length(String name, List<?> values, int expected, TensorType type) {
    if (values.size() != expected) {
      throw bad(
          "%s %s has %d entries, expected %d for operand %s",
          name, values, values.size(), expected, type);
    }
  }
}
