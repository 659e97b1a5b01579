package dev.coppice.compiler.compress.lowrank;

import dev.coppice.compiler.compress.linalg.Svd;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
    return Filters.of(w).separable(multiplier);
  }

  /** The filters of each input channel, decomposed once for all multipliers. */
  static final class Filters {
    private final Shape shape;
    private final List<Svd> channels;

    private Filters(Shape shape, List<Svd> channels) {
      this.shape = shape;
      this.channels = List.copyOf(channels);
    }

    /** Those of {@code w}; see {@link DepthwiseSeparable#of}. */
    static Filters of(Tensor w) {
      Shape shape = w.shape();
      int size = shape.dim(0) * shape.sizeOf(2, shape.rank());
      DMatrixRMaj byInput = Unfolding.mode(shape, 1).matrix(w);
      List<Svd> channels = new ArrayList<>();
      for (int c = 0; c < shape.dim(1); c++) {
        DMatrixRMaj filters = new DMatrixRMaj(shape.dim(0), size / shape.dim(0));
        System.arraycopy(byInput.data, c * size, filters.data, 0, size);
        channels.add(Svd.of(filters));
      }
      return new Filters(shape, channels);
    }

    /** The part of the energy, 0 to 1, that is lost with {@code multiplier}. */
    double lost(int multiplier) {
      double lost = 0;
      double total = 0;
      for (Svd svd : channels) {
        for (int r = 0; r < svd.values().length; r++) {
          double energy = svd.values()[r] * svd.values()[r];
          total += energy;
          lost += r >= multiplier ? energy : 0;
        }
      }
      return total == 0 ? 0 : lost / total;
    }

    /** The layers with {@code multiplier}. */
    DepthwiseSeparable separable(int multiplier) {
      int oc = shape.dim(0);
      int ic = shape.dim(1);
      int k = shape.sizeOf(2, shape.rank());
      if (multiplier < 1 || multiplier > Math.min(oc, k)) {
        throw new IllegalArgumentException(
            "multiplier " + multiplier + " for filters " + shape + "; at most " + Math.min(oc, k));
      }
      double[] depthwise = new double[ic * multiplier * k];
      double[] pointwise = new double[oc * ic * multiplier];
      for (int channel = 0; channel < ic * multiplier; channel++) {
        Svd svd = channels.get(channel / multiplier);
        int r = channel % multiplier;
        for (int i = 0; i < k; i++) {
          depthwise[channel * k + i] = svd.v().get(i, r);
        }
        for (int o = 0; o < oc; o++) {
          pointwise[o * ic * multiplier + channel] = svd.values()[r] * svd.u().get(o, r);
        }
      }
      return new DepthwiseSeparable(
          float64(shape.with(1, 1).with(0, ic * multiplier), depthwise),
          float64(ones(shape.rank()).with(0, oc).with(1, ic * multiplier), pointwise),
          Math.sqrt(lost(multiplier)));
    }
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
