package dev.coppice.compiler.compress.binarize;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;

/**
 * Weights as signs {@code b} with a scale per channel: {@code b = sign(w)} with {@code sign(0) =
 * +1}, so that a sign is a bit, and {@code alpha = mean |w|}, the pair with the least squared error
 * (Rastegari et al. 2016, arXiv 1603.05279, section 3.1).
 *
 * @param values int8 -1 or +1, in the shape of the weights
 * @param scales float32 {@code [channels]}, or a scalar if {@code axis} is -1
 * @param axis the channel axis, or -1 for one scale
 */
public record BinaryWeights(Tensor values, Tensor scales, int axis) {
  /**
   * Binarizes finite weights.
   *
   * @param axis the axis of output channels, or -1 for one scale
   * @throws IllegalArgumentException if a weight is not finite or the axis does not exist
   */
  public static BinaryWeights of(Tensor w, int axis) {
    Channels channels = Channels.of(w.shape(), axis);
    float[][] magnitudes = channels.magnitudes(w);
    float[] scales = new float[magnitudes.length];
    for (int c = 0; c < scales.length; c++) {
      double sum = 0;
      for (float magnitude : magnitudes[c]) {
        sum += magnitude;
      }
      scales[c] = (float) (sum / Math.max(1, magnitudes[c].length));
    }
    byte[] signs = new byte[w.size()];
    for (int i = 0; i < signs.length; i++) {
      signs[i] = (byte) (w.floatAt(i) < 0 ? -1 : 1);
    }
    return new BinaryWeights(
        Tensor.adopt(new TensorType(DType.INT8, w.shape()), signs),
        Tensor.ofFloats(channels.scales(axis), scales),
        axis);
  }

  /** The float32 weights that the signs stand for: {@code alpha * b}. */
  public Tensor dequantized() {
    return Channels.of(values.shape(), axis).scaled(values, scales);
  }
}
