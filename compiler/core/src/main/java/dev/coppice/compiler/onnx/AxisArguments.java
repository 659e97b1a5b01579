package dev.coppice.compiler.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Axes as ONNX writes them, where a negative one counts from the end. */
final class AxisArguments {
  private AxisArguments() {}

  /** {@code axis} counted from the start, in {@code [0, rank)}. */
  static int normalize(long axis, int rank) {
    return within(axis, rank, rank);
  }

  /** {@code axis} counted from the start, in {@code [0, rank]}: a place between axes. */
  static int between(long axis, int rank) {
    return within(axis, rank, rank + 1);
  }

  private static int within(long axis, int rank, int bound) {
    long a = axis < 0 ? axis + rank : axis;
    if (a < 0 || a >= bound) {
      throw new IllegalArgumentException(
          "axis " + axis + " is outside the " + rank + " axes of the operand");
    }
    return (int) a;
  }

  /** {@code axes} counted from the start in ascending order; none may occur twice. */
  static List<Integer> sorted(List<? extends Number> axes, int rank) {
    TreeSet<Integer> all = new TreeSet<>();
    for (Number axis : axes) {
      if (!all.add(normalize(axis.longValue(), rank))) {
        throw new IllegalArgumentException("axes " + axes + " name axis " + axis + " twice");
      }
    }
    return List.copyOf(all);
  }

  /** {@code 0, 1, ..., rank - 1}. */
  static List<Integer> all(int rank) {
    List<Integer> axes = new ArrayList<>();
    for (int a = 0; a < rank; a++) {
      axes.add(a);
    }
    return axes;
  }
}
