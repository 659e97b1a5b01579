package dev.coppice.runtime;

/**
 * Brings a 32-bit accumulator to 8 bits: {@code saturate(round(acc * scale) + zeroPoint)}, rounding
 * half to even as ONNX QuantizeLinear does.
 *
 * <p>The scale, a positive real below 2^29, is held as {@code multiplier * 2^-shift} with a
 * multiplier of 31 bits. That is exact for every {@code float} of at least 2^-33, and within 2^-31
 * of the scale, relatively, for a {@code double}. The product with the accumulator is then formed
 * and rounded exactly, in 64-bit integers: the result is that of real arithmetic on {@code
 * multiplier * 2^-shift}, on every JVM. Multiplier and shift are computed once, when a model is
 * compiled or constructed.
 *
 * <p>An implementation that multiplies in {@code float} rounds twice and may differ by one where
 * the exact product lies next to a tie.
 */
public final class Requantize {
  private static final int MULTIPLIER_BITS = 31;

  private Requantize() {}

  /**
   * The multiplier of a scale: 2^30 to 2^31 - 1, or 0 if every product rounds to 0 (below 2^-33).
   *
   * @throws IllegalArgumentException if the scale is not in (0, 2^29)
   */
  public static int multiplier(double scale) {
    checkScale(scale);
    return scale < 0x1p-33 ? 0 : (int) Math.rint(Math.scalb(scale, shift(scale)));
  }

  /**
   * The shift of a scale: 1 to 63.
   *
   * @throws IllegalArgumentException if the scale is not in (0, 2^29)
   */
  public static int shift(double scale) {
    checkScale(scale);
    if (scale < 0x1p-33) {
      return 63;
    }
    int shift = MULTIPLIER_BITS - 1 - Math.getExponent(scale);
    // Rounding may carry into a 32nd bit.
    return Math.rint(Math.scalb(scale, shift)) >= 0x1p31 ? shift - 1 : shift;
  }

  /** {@code round(acc * multiplier * 2^-shift)}, half to even; shift is 1 to 63. */
  public static long scale(int acc, int multiplier, int shift) {
    long product = (long) acc * multiplier;
    // Half an ulp less one, and the one back if the floor is odd. |product| <= 2^62: no overflow.
    return (product + ((1L << (shift - 1)) - 1) + ((product >> shift) & 1)) >> shift;
  }

  /**
   * The rescaled accumulator within [lo, hi], which holds a fused activation as well as the type.
   *
   * @param zeroPoint the zero point of the result, which has the type's range
   */
  public static int clamp(int acc, int multiplier, int shift, int zeroPoint, int lo, int hi) {
    return (int) Math.max(lo, Math.min(hi, scale(acc, multiplier, shift) + zeroPoint));
  }

  /** The rescaled accumulator as int8. */
  public static byte toInt8(int acc, int multiplier, int shift, int zeroPoint) {
    return (byte) clamp(acc, multiplier, shift, zeroPoint, -128, 127);
  }

  /** The rescaled accumulator as the bits of a uint8; {@code zeroPoint} is 0 to 255. */
  public static byte toUint8(int acc, int multiplier, int shift, int zeroPoint) {
    return (byte) clamp(acc, multiplier, shift, zeroPoint, 0, 255);
  }

  private static void checkScale(double scale) {
    if (!(scale > 0 && scale < 0x1p29)) {
      throw new IllegalArgumentException("scale " + scale + " is not in (0, 2^29)");
    }
  }
}
