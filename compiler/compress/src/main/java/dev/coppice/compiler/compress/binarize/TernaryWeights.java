package dev.coppice.compiler.compress.binarize;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;

/**
 * Weights as {@code t} of -1, 0 and +1 with a scale per channel: 0 where {@code |w| <= delta}, else
 * the sign, and {@code alpha} the mean magnitude of the others, which is the scale with the least
 * squared error (Li, Zhang, Liu 2016, arXiv 1605.04711). A channel of zeros has the scale 0.
 *
 * @param values int8 -1, 0 or +1, in the shape of the weights
 * @param scales float32 {@code [channels]}, or a scalar if {@code axis} is -1
 * @param axis the channel axis, or -1 for one scale
 */
public record TernaryWeights(Tensor values, Tensor scales, int axis) {
  /**
   * Makes finite weights ternary.
   *
   * @param axis the axis of output channels, or -1 for one threshold and scale
   * @throws IllegalArgumentException if a weight is not finite or the axis does not exist
   */
  public static TernaryWeights of(Tensor w, int axis, TernaryThreshold threshold) {
    Channels channels = Channels.of(w.shape(), axis);
    float[][] magnitudes = channels.magnitudes(w);
    double[] deltas = new double[magnitudes.length];
    float[] scales = new float[magnitudes.length];
    for (int c = 0; c < scales.length; c++) {
      deltas[c] = threshold.delta(magnitudes[c]);
      scales[c] = meanAbove(magnitudes[c], deltas[c]);
    }
    byte[] values = new byte[w.size()];
    for (int i = 0; i < values.length; i++) {
      float v = w.floatAt(i);
      values[i] = (byte) (Math.abs(v) > deltas[channels.of(i)] ? Math.signum(v) : 0);
    }
    return new TernaryWeights(
        Tensor.adopt(new TensorType(DType.INT8, w.shape()), values),
        Tensor.ofFloats(channels.scales(axis), scales),
        axis);
  }

  private static float meanAbove(float[] magnitudes, double delta) {
    double sum = 0;
    int count = 0;
    for (float magnitude : magnitudes) {
      if (magnitude > delta) {
        sum += magnitude;
        count++;
      }
    }
    return count == 0 ? 0 : (float) (sum / count);
  }

  /** The float32 weights that the values stand for: {@code alpha * t}. */
  public Tensor dequantized() {
    return Channels.of(values.shape(), axis).scaled(values, scales);
  }
}
