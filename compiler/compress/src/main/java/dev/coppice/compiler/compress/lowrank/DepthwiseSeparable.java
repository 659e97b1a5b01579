package dev.coppice.compiler.compress.lowrank;

import dev.coppice.compiler.compress.linalg.Svd;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.Arrays;
import org.ejml.data.DMatrixRMaj;

/**
 * A convolution as a depthwise one followed by a pointwise one (Howard et al. 2017, arXiv
 * 1704.04861), started from the weights: for each input channel the {@code O x k} matrix of its
 * filters is replaced by its best approximation of rank {@code multiplier}. Exact when the
 * multiplier is {@code min(O, k)}, k the size of a filter.
 *
 * <p>The depthwise layer takes strides, pads and dilations, the pointwise one the bias.
 *
 * @param depthwise {@code [I * multiplier, 1, kernel...]}, {@code group = I}, float64
 * @param pointwise {@code [O, I * multiplier, 1...]}, float64
 * @param relativeError norm of the change of the weights over the norm of the weights
 */
public record DepthwiseSeparable(Tensor depthwise, Tensor pointwise, double relativeError) {
  /**
   * Replaces the weights of a convolution of one group.
   *
   * @param w {@code [O, I, kernel...]}
   * @param multiplier depthwise channels per input channel, from 1 to {@code min(O, k)}
   * @throws IllegalArgumentException if the multiplier is out of range or an element not finite
   */
  public static DepthwiseSeparable of(Tensor w, int multiplier) {
    Shape shape = w.shape();
    int oc = shape.dim(0);
    int ic = shape.dim(1);
    int k = shape.sizeOf(2, shape.rank());
    if (multiplier < 1 || multiplier > Math.min(oc, k)) {
      throw new IllegalArgumentException(
          "multiplier " + multiplier + " for filters " + shape + "; at most " + Math.min(oc, k));
    }
    DMatrixRMaj byInput = Unfolding.mode(shape, 1).matrix(w);
    double[] depthwise = new double[ic * multiplier * k];
    double[] pointwise = new double[oc * ic * multiplier];
    double lost = 0;
    double total = 0;
    for (int c = 0; c < ic; c++) {
      DMatrixRMaj filters = new DMatrixRMaj(oc, k);
      System.arraycopy(byInput.data, c * oc * k, filters.data, 0, oc * k);
      Svd svd = Svd.of(filters);
      for (int r = 0; r < svd.values().length; r++) {
        double s = svd.values()[r];
        total += s * s;
        if (r >= multiplier) {
          lost += s * s;
          continue;
        }
        int channel = c * multiplier + r;
        for (int i = 0; i < k; i++) {
          depthwise[channel * k + i] = svd.v().get(i, r);
        }
        for (int o = 0; o < oc; o++) {
          pointwise[o * ic * multiplier + channel] = s * svd.u().get(o, r);
        }
      }
    }
    return new DepthwiseSeparable(
        float64(shape.with(1, 1).with(0, ic * multiplier), depthwise),
        float64(ones(shape.rank()).with(0, oc).with(1, ic * multiplier), pointwise),
        total == 0 ? 0 : Math.sqrt(lost / total));
  }

  private static Shape ones(int rank) {
    int[] dims = new int[rank];
    Arrays.fill(dims, 1);
    return Shape.of(dims);
  }

  private static Tensor float64(Shape shape, double[] elements) {
    return Tensor.adopt(new TensorType(DType.FLOAT64, shape), elements);
  }
}
