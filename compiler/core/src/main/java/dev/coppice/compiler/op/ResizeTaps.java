package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;

/**
 * Which elements along an axis each element of a resized axis is made of, and their weights. Every
 * output has {@link #count} of them, some with weight 0.
 */
final class ResizeTaps {
  private final int[][] indices;
  private final double[][] weights;
  private final boolean[] outside;
  private final int count;

  private ResizeTaps(int[][] indices, double[][] weights, boolean[] outside) {
    this.indices = indices;
    this.weights = weights;
    this.outside = outside;
    this.count = indices.length == 0 ? 1 : indices[0].length;
  }

  /** The taps of {@code axis}, of extent {@code n}. */
  static ResizeTaps of(Resize op, int axis, int n) {
    int outputs = op.shape().get(axis);
    int[][] indices = new int[outputs][];
    double[][] weights = new double[outputs][];
    boolean[] outside = new boolean[outputs];
    boolean same =
        outputs == n
            && op.scales().get(axis) == 1
            && op.coordinates() != Resize.Coordinates.TF_CROP_AND_RESIZE;
    for (int o = 0; o < outputs; o++) {
      double x = same ? o : place(op, axis, n, o);
      outside[o] =
          op.coordinates() == Resize.Coordinates.TF_CROP_AND_RESIZE && (x < 0 || x > n - 1);
      // A place on an element counts as the end of the gap before it, as the specification does.
      int base = (int) Math.ceil(x) - 1;
      double ratio = x - base;
      double scale = op.antialias() ? Math.min(op.scales().get(axis), 1) : 1;
      int first = same ? 1 : first(op.mode(), scale);
      double[] w = same ? new double[] {1} : kernel(op, ratio, scale);
      double sum = 0;
      indices[o] = new int[w.length];
      for (int t = 0; t < w.length; t++) {
        int i = base + first + t;
        w[t] = op.excludeOutside() && (i < 0 || i >= n) ? 0 : w[t];
        sum += w[t];
        indices[o][t] = Math.min(Math.max(i, 0), n - 1);
      }
      if (op.excludeOutside()) {
        for (int t = 0; t < w.length; t++) {
          w[t] /= sum;
        }
      }
      weights[o] = w;
    }
    return op.mode() == Resize.Mode.NEAREST && !same
        ? chosen(indices, weights, outside)
        : new ResizeTaps(indices, weights, outside);
  }

  private static ResizeTaps chosen(int[][] indices, double[][] weights, boolean[] outside) {
    int[][] one = new int[indices.length][];
    double[][] weight = new double[indices.length][];
    for (int o = 0; o < one.length; o++) {
      one[o] = new int[] {weights[o][0] == 1 ? indices[o][0] : indices[o][1]};
      weight[o] = new double[] {1};
    }
    return new ResizeTaps(one, weight, outside);
  }

  /** Where output {@code o} lies along an axis of extent {@code n}. */
  private static double place(Resize op, int axis, int n, int o) {
    int outputs = op.shape().get(axis);
    double given = op.scales().get(axis);
    // A scale that was computed from sizes, and rounded to float, is taken for exact.
    boolean exact = Math.abs(given * n - outputs) <= 1e-6 * outputs;
    double scale = exact ? (double) outputs / n : given;
    double length = exact ? outputs : scale * n;
    return switch (op.coordinates()) {
      case ASYMMETRIC -> o / scale;
      case ALIGN_CORNERS -> outputs == 1 ? 0 : o * (n - 1.0) / (length - 1.0);
      case PYTORCH_HALF_PIXEL -> outputs == 1 ? -0.5 : (o + 0.5) / scale - 0.5;
      case HALF_PIXEL_SYMMETRIC -> n / 2.0 * (1 - outputs / length) + (o + 0.5) / scale - 0.5;
      case TF_HALF_PIXEL_FOR_NN -> (o + 0.5) / scale;
      case HALF_PIXEL -> (o + 0.5) / scale - 0.5;
      case TF_CROP_AND_RESIZE -> {
        double start = op.roi().get(axis);
        double end = op.roi().get(axis + op.scales().size());
        yield start * (n - 1)
            + (outputs == 1
                ? (end - start) * (n - 1) / 2
                : o * (end - start) * (n - 1) / (length - 1));
      }
    };
  }

  /** Offset of the first tap from the element before the place. */
  private static int first(Resize.Mode mode, double scale) {
    return switch (mode) {
      case NEAREST -> 0;
      case LINEAR -> (int) Math.floor(-1 / scale) + 1;
      case CUBIC -> (int) Math.floor(-2 / scale) + 1;
    };
  }

  private static double[] kernel(Resize op, double ratio, double scale) {
    if (op.mode() == Resize.Mode.NEAREST) {
      boolean left =
          switch (op.nearest()) {
            case FLOOR -> ratio < 1;
            case CEIL -> false;
            case ROUND_PREFER_FLOOR -> ratio <= 0.5;
            case ROUND_PREFER_CEIL -> ratio < 0.5;
          };
      return left ? new double[] {1, 0} : new double[] {0, 1};
    }
    int first = first(op.mode(), scale);
    double[] w = new double[2 - 2 * first];
    double sum = 0;
    for (int t = 0; t < w.length; t++) {
      double d = Math.abs((first + t - ratio) * scale);
      w[t] = op.mode() == Resize.Mode.LINEAR ? Math.max(0, 1 - d) : cubic(d, op.cubicCoefficient());
      sum += w[t];
    }
    for (int t = 0; t < w.length; t++) {
      w[t] /= sum;
    }
    return w;
  }

  private static double cubic(double d, double a) {
    if (d <= 1) {
      return ((a + 2) * d - (a + 3)) * d * d + 1;
    }
    return d < 2 ? ((a * d - 5 * a) * d + 8 * a) * d - 4 * a : 0;
  }

  /** Number of outputs. */
  int outputs() {
    return indices.length;
  }

  /** Elements each output is made of. */
  int count() {
    return count;
  }

  int index(int output, int tap) {
    return indices[output][tap];
  }

  double weight(int output, int tap) {
    return weights[output][tap];
  }

  /** Whether the output has the extrapolation value. */
  boolean outside(int output) {
    return outside[output];
  }

  /** Whether some output has the extrapolation value. */
  boolean leaves() {
    for (boolean b : outside) {
      if (b) {
        return true;
      }
    }
    return false;
  }

  /** Whether output {@code o} is element {@code o}. */
  boolean isIdentity(int extent) {
    if (count != 1 || indices.length != extent) {
      return false;
    }
    for (int o = 0; o < indices.length; o++) {
      if (indices[o][0] != o) {
        return false;
      }
    }
    return true;
  }

  /** Indices tap by tap: {@code [count, outputs]}. */
  Tensor indexTable() {
    int n = Math.max(1, indices.length);
    return Tensor.fromLongs(
        TensorType.of(DType.INT32, count * indices.length), i -> indices[i % n][i / n]);
  }

  /** Weights tap by tap: {@code [count, outputs]}. */
  Tensor weightTable(DType dtype) {
    int n = Math.max(1, weights.length);
    return Tensor.fromDoubles(
        TensorType.of(dtype, count * weights.length), i -> weights[i % n][i / n]);
  }

  /** 1 for outputs with the extrapolation value, else 0. */
  Tensor outsideTable() {
    return Tensor.fromLongs(TensorType.of(DType.INT32, outside.length), i -> outside[i] ? 1 : 0);
  }
}
