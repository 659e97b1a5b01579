package dev.coppice.compiler.tensor;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A static shape: non-negative dimensions whose product fits an {@code int}. The empty shape is a
 * scalar.
 */
public final class Shape {
  /** The shape of a scalar. */
  public static final Shape SCALAR = new Shape(new int[0]);

  private final int[] dims;
  private final int size;

  private Shape(int[] dims) {
    this.dims = dims;
    long n = 1;
    boolean empty = false;
    for (int d : dims) {
      if (d < 0) {
        throw new IllegalArgumentException("negative dimension in " + Arrays.toString(dims));
      }
      empty |= d == 0;
      n = n == 0 ? 0 : n * Math.max(d, 1);
      if (n > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "shape " + Arrays.toString(dims) + " has more than 2^31-1 elements");
      }
    }
    this.size = empty ? 0 : (int) n;
  }

  /** The shape with these dimensions. */
  public static Shape of(int... dims) {
    return new Shape(dims.clone());
  }

  /** The shape with these dimensions. */
  public static Shape of(List<Integer> dims) {
    return new Shape(dims.stream().mapToInt(Integer::intValue).toArray());
  }

  /** Number of dimensions. */
  public int rank() {
    return dims.length;
  }

  /** Dimension at {@code axis}; a negative axis counts from the end. */
  public int dim(int axis) {
    return dims[axis < 0 ? axis + dims.length : axis];
  }

  /** A copy of the dimensions. */
  public int[] dims() {
    return dims.clone();
  }

  /** Number of elements. */
  public int size() {
    return size;
  }

  /** Product of the dimensions in {@code [from, to)}. */
  public int sizeOf(int from, int to) {
    int n = 1;
    for (int i = from; i < to; i++) {
      n *= dims[i];
    }
    return n;
  }

  /** Row-major element strides. */
  public int[] strides() {
    int[] strides = new int[dims.length];
    int s = 1;
    for (int i = dims.length - 1; i >= 0; i--) {
      strides[i] = s;
      s *= dims[i];
    }
    return strides;
  }

  /** This shape with {@code dim} at {@code axis}. */
  public Shape with(int axis, int dim) {
    int[] d = dims.clone();
    d[axis < 0 ? axis + d.length : axis] = dim;
    return new Shape(d);
  }

  /**
   * ONNX (numpy) multidirectional broadcast. Throws {@link IllegalArgumentException} if the shapes
   * do not fit.
   */
  public static Shape broadcast(Shape a, Shape b) {
    int rank = Math.max(a.rank(), b.rank());
    int[] d = new int[rank];
    for (int i = 1; i <= rank; i++) {
      int x = i <= a.rank() ? a.dim(-i) : 1;
      int y = i <= b.rank() ? b.dim(-i) : 1;
      if (x != y && x != 1 && y != 1) {
        throw new IllegalArgumentException("shapes " + a + " and " + b + " do not broadcast");
      }
      d[rank - i] = x == 1 ? y : x;
    }
    return new Shape(d);
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Shape s && Arrays.equals(dims, s.dims);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dims);
  }

  /** For example {@code [1,3,32,32]}. */
  @Override
  public String toString() {
    return Arrays.stream(dims)
        .mapToObj(Integer::toString)
        .collect(Collectors.joining(",", "[", "]"));
  }
}
