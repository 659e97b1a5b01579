package dev.coppice.compiler.compress.quantize;

import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;

/**
 * {@code q = clamp(round(x / S) + Z)}, {@code x ~ (q - Z) * S} (Jacob et al. 2018, arXiv
 * 1712.05877): what QuantizeLinear and DequantizeLinear compute, ties to even.
 *
 * @param scale S
 * @param zero Z, the integer that stands for 0
 * @param type the integers
 */
record ActivationQuantizer(float scale, int zero, ActivationType type) {

  /** For numbers in {@code range}, which is made to hold 0. */
  static ActivationQuantizer of(Calibrator.Range range, ActivationType type) {
    Calibrator.Range all = range.withZero();
    double width = type.symmetric() ? Math.max(-all.min(), all.max()) : all.width();
    float scale = (float) (width / (type.symmetric() ? type.high() : type.levels() - 1));
    if (!(scale >= Float.MIN_NORMAL)) {
      return new ActivationQuantizer(1, type.symmetric() ? 0 : type.low(), type);
    }
    double zero = type.symmetric() ? 0 : Math.rint(type.low() - all.min() / scale);
    return new ActivationQuantizer(
        scale, (int) Math.max(type.low(), Math.min(type.high(), zero)), type);
  }

  /** The integer for {@code x}. */
  int level(double x) {
    return (int) Math.max(type.low(), Math.min(type.high(), Math.rint(x / scale) + zero));
  }

  /** What {@code level} stands for. */
  double real(int level) {
    return (level - zero) * (double) scale;
  }

  /** Whether negative numbers become 0, so that a Relu afterwards changes nothing. */
  boolean cutsNegative() {
    return zero == type.low();
  }

  /** The scale as a constant. */
  Tensor scaleTensor() {
    return Tensor.scalar(scale);
  }

  /** The zero point as a constant. */
  Tensor zeroTensor() {
    return Tensor.splatLong(new TensorType(type.dtype(), Shape.SCALAR), zero);
  }
}
