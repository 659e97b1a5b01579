package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * The sliding window of a pooling operator over the spatial axes of {@code x: [N, C, D1, ...]}. All
 * lists have one entry per spatial axis but {@code pads}, which has the pads before each axis and
 * then those after.
 */
record PoolWindow(
    List<Integer> kernel,
    List<Integer> strides,
    List<Integer> pads,
    List<Integer> dilations,
    List<Integer> outputShape) {

  /** Checks operand 0 and returns the type of the result. */
  TensorType infer(TensorType x) {
    int r = x.shape().rank() - 2;
    if (r < 1) {
      throw Operands.bad("operand 0 is %s, expected at least 3 dimensions [N, C, D1, ...]", x);
    }
    Operands.length("kernel", kernel, r, x);
    Operands.length("strides", strides, r, x);
    Operands.length("pads", pads, 2 * r, x);
    Operands.length("dilations", dilations, r, x);
    Operands.length("outputShape", outputShape, r, x);
    for (int a = 0; a < r; a++) {
      if (kernel.get(a) < 1 || strides.get(a) < 1 || dilations.get(a) < 1) {
        throw Operands.bad(
            "kernel %s, strides %s and dilations %s must be positive", kernel, strides, dilations);
      }
      if (pads.get(a) < 0 || pads.get(a + r) < 0) {
        throw Operands.bad("pads %s must not be negative", pads);
      }
    }
    Shape y = Shape.of(outputShape);
    int[] dims = new int[r + 2];
    dims[0] = x.shape().dim(0);
    dims[1] = x.shape().dim(1);
    System.arraycopy(y.dims(), 0, dims, 2, r);
    return x.with(Shape.of(dims));
  }

  int rank() {
    return kernel.size();
  }

  /**
   * Index in {@code x} along spatial axis {@code a} of window element {@code tap} at output {@code
   * o}; may lie outside.
   */
  int source(int a, int o, int tap) {
    return o * strides.get(a) - pads.get(a) + tap * dilations.get(a);
  }

  /** Whether no window leaves {@code x}, of {@code extent} elements, along axis {@code a}. */
  boolean inside(int a, int extent) {
    return pads.get(a) == 0 && source(a, outputShape.get(a) - 1, kernel.get(a) - 1) < extent;
  }

  /**
   * Window elements within {@code x} along axis {@code a} for each output, or within its padded
   * form.
   */
  int[] counts(int a, int extent, boolean padded) {
    int low = padded ? -pads.get(a) : 0;
    int high = padded ? extent + pads.get(a + rank()) : extent;
    int[] counts = new int[outputShape.get(a)];
    for (int o = 0; o < counts.length; o++) {
      for (int tap = 0; tap < kernel.get(a); tap++) {
        int i = source(a, o, tap);
        counts[o] += i >= low && i < high ? 1 : 0;
      }
    }
    return counts;
  }

  /** Elements of {@code x} in the window of flat output {@code j}. */
  List<Integer> elements(Shape x, Shape y, int j) {
    int r = rank();
    int[] c = Axes.coordinates(j, y.dims());
    int[] taps = Axes.array(kernel);
    List<Integer> found = new ArrayList<>();
    for (int t = 0; t < Shape.of(taps).size(); t++) {
      int[] tap = Axes.coordinates(t, taps);
      int[] at = c.clone();
      boolean inside = true;
      for (int a = 0; a < r; a++) {
        at[a + 2] = source(a, c[a + 2], tap[a]);
        inside &= at[a + 2] >= 0 && at[a + 2] < x.dim(a + 2);
      }
      if (inside) {
        found.add(Axes.index(at, x.strides()));
      }
    }
    return found;
  }
}
