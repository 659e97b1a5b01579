package dev.coppice.compiler.onnx;

import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.Optional;

/**
 * Finds output channels of a quantized convolution whose result is one level whatever the input is,
 * and gives them weights of zero. Exporters write such channels for filters that training left
 * almost zero: their bias, counted in their tiny scale, can be too large for exact sums in float32.
 *
 * @param weights {@code [O, ...]}, integers as floats
 * @param bias {@code [O]}, integers
 * @param scale what sums are multiplied with, one or {@code O} floats
 */
record ConstantChannels(Tensor weights, Tensor bias, Tensor scale) {

  /**
   * The same convolution with constant channels of large bias replaced.
   *
   * @param most largest magnitude of an input
   * @param low lowest level
   * @param high highest level
   */
  Optional<ConstantChannels> replaced(double most, int low, int high) {
    int channels = bias.size();
    int run = weights.size() / Math.max(1, channels);
    boolean[] constant = new boolean[channels];
    double[] b = new double[channels];
    double[] s = new double[channels];
    boolean any = false;
    for (int c = 0; c < channels; c++) {
      double reach = 0;
      for (int i = c * run; i < (c + 1) * run; i++) {
        reach += Math.abs(weights.doubleAt(i)) * most;
      }
      b[c] = bias.doubleAt(c);
      s[c] = scale.doubleAt(scale.size() == 1 ? 0 : c);
      int least = level(b[c] - reach, s[c], low, high);
      constant[c] =
          Math.abs(b[c]) + reach > IntegerProduct.EXACT_IN_FLOAT32
              && least == level(b[c] + reach, s[c], low, high)
              && (least == 0 || scale.size() > 1);
      if (constant[c]) {
        any = true;
        b[c] = least;
        s[c] = 1;
      }
    }
    if (!any) {
      return Optional.empty();
    }
    Tensor w = Tensor.fromDoubles(weights.type(), i -> constant[i / run] ? 0 : weights.doubleAt(i));
    return Optional.of(
        new ConstantChannels(
            w,
            Tensor.fromDoubles(new TensorType(bias.dtype(), Shape.of(channels)), i -> b[i]),
            scale.size() == 1 ? scale : Tensor.fromDoubles(scale.type(), i -> s[i])));
  }

  /** What a sum is requantized to, which rises with it. */
  private static int level(double sum, double scale, int low, int high) {
    float scaled = (float) sum * (float) scale;
    return (int) Math.rint(Math.min(Math.max(scaled, low), high));
  }
}
