package dev.coppice.compiler.compress.share;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.Arrays;

/**
 * The values that weights are replaced by, each by the nearest: a weight is then an index (Han,
 * Mao, Dally 2016, arXiv 1510.00149, section 3).
 *
 * @param values float32 {@code [k]}, increasing, {@code 1 <= k <= 65536}
 */
public record Codebook(Tensor values) {
  private static final int MAX_SIZE = 1 << 16;

  /** Throws {@link IllegalArgumentException} unless the values are as described. */
  public Codebook {
    if (values.dtype() != DType.FLOAT32
        || values.shape().rank() != 1
        || values.size() < 1
        || values.size() > MAX_SIZE) {
      throw new IllegalArgumentException("codebook " + values.type());
    }
    for (int j = 1; j < values.size(); j++) {
      if (!(values.floatAt(j - 1) < values.floatAt(j))) {
        throw new IllegalArgumentException(
            "codebook has " + values.floatAt(j) + " after " + values.floatAt(j - 1));
      }
    }
  }

  /** The codebook of {@code centroids} as floats; those that become equal are one. */
  static Codebook of(double[] centroids) {
    float[] sorted = new float[centroids.length];
    for (int i = 0; i < sorted.length; i++) {
      sorted[i] = (float) centroids[i] + 0f;
    }
    Arrays.sort(sorted);
    int k = 0;
    for (float value : sorted) {
      if (k == 0 || value != sorted[k - 1]) {
        sorted[k++] = value;
      }
    }
    return new Codebook(Tensor.ofFloats(Shape.of(k), Arrays.copyOf(sorted, k)));
  }

  /** The number of values. */
  public int size() {
    return values.size();
  }

  /** Bits of an index, {@code ceil(log2 k)}; 0 if there is one value. */
  public int indexBits() {
    return 32 - Integer.numberOfLeadingZeros(size() - 1);
  }

  /** Bits of {@code n} weights: their indices without any further coding, and the values. */
  public long bits(long n) {
    return n * indexBits() + 32L * size();
  }

  /**
   * The index of the value nearest to each weight, of two equally near ones the lower: uint8 if
   * there are at most 256 values, else uint16, in the shape of the weights.
   *
   * @throws IllegalArgumentException if a weight is NaN
   */
  public Tensor encode(Tensor w) {
    int k = size();
    double[] bounds = new double[k - 1];
    for (int j = 0; j + 1 < k; j++) {
      // Exact: the sum of two floats fits a double unless they are far apart.
      bounds[j] = ((double) values.floatAt(j) + values.floatAt(j + 1)) / 2;
    }
    return Tensor.fromLongs(
        new TensorType(indexType(k), w.shape()), i -> nearest(bounds, w.floatAt(i), i));
  }

  /** The type of indices of {@code k} values. */
  static DType indexType(int k) {
    return k <= 256 ? DType.UINT8 : DType.UINT16;
  }

  private static int nearest(double[] bounds, float weight, int at) {
    if (Float.isNaN(weight)) {
      throw new IllegalArgumentException("weight " + at + " is NaN");
    }
    int low = 0;
    int high = bounds.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (weight <= bounds[middle]) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /** The values at {@code indices}, float32 in their shape. */
  public Tensor decode(Tensor indices) {
    float[] w = new float[indices.size()];
    for (int i = 0; i < w.length; i++) {
      w[i] = values.floatAt((int) indices.longAt(i));
    }
    return Tensor.ofFloats(indices.shape(), w);
  }
}
