package dev.coppice.compiler.compress.quantize;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.Arrays;

/**
 * Weights as signed bytes {@code q} with a scale per channel: symmetric, {@code S = max|w| / 127},
 * {@code q = round(w / S)} with ties to even, the zero point is 0 and -128 is not used (Jacob et
 * al. 2018, arXiv 1712.05877). Zero stays zero; a channel of zeros has the scale 1.
 *
 * @param values int8, in the shape of the weights
 * @param scales float32, {@code [channels]}, or a scalar if {@code axis} is -1
 * @param axis the channel axis, or -1 for one scale
 */
public record QuantizedWeights(Tensor values, Tensor scales, int axis) {
  private static final int LEVELS = 127;

  /**
   * Quantizes finite float32 weights.
   *
   * @param axis the axis of output channels, or -1 for one scale
   * @throws IllegalArgumentException if a weight is not finite
   */
  public static QuantizedWeights of(Tensor w, int axis) {
    int channels = axis < 0 ? 1 : w.shape().dim(axis);
    int stride = axis < 0 ? w.size() : stride(w.shape(), axis);
    float[] scales = scales(w, channels, stride);
    byte[] values = new byte[w.size()];
    for (int i = 0; i < values.length; i++) {
      double q = Math.rint(w.floatAt(i) / (double) scales[i / stride % channels]);
      values[i] = (byte) Math.max(-LEVELS, Math.min(LEVELS, q));
    }
    Shape scaleShape = axis < 0 ? Shape.SCALAR : Shape.of(channels);
    return new QuantizedWeights(
        Tensor.adopt(new TensorType(DType.INT8, w.shape()), values),
        Tensor.ofFloats(scaleShape, scales),
        axis);
  }

  /** The float32 weights that the bytes stand for: {@code q * S}, rounded to float. */
  public Tensor dequantized() {
    int channels = scales.size();
    int stride = axis < 0 ? Math.max(1, values.size()) : stride(values.shape(), axis);
    float[] w = new float[values.size()];
    for (int i = 0; i < w.length; i++) {
      w[i] = values.longAt(i) * scales.floatAt(i / stride % channels);
    }
    return Tensor.ofFloats(values.shape(), w);
  }

  private static float[] scales(Tensor w, int channels, int stride) {
    float[] scales = new float[channels];
    for (int i = 0; i < w.size(); i++) {
      float magnitude = Math.abs(w.floatAt(i));
      if (!(magnitude <= Float.MAX_VALUE)) {
        throw new IllegalArgumentException("element " + i + " is " + w.floatAt(i));
      }
      int c = i / stride % channels;
      scales[c] = Math.max(scales[c], magnitude);
    }
    for (int c = 0; c < channels; c++) {
      float scale = scales[c] / LEVELS;
      // Below the normal range a quotient loses bits; such weights are as good as zero.
      scales[c] = scale < Float.MIN_NORMAL ? 1 : scale;
    }
    return scales;
  }

  private static int stride(Shape shape, int axis) {
    return Arrays.stream(shape.dims(), axis + 1, shape.rank()).reduce(1, Math::multiplyExact);
  }
}
