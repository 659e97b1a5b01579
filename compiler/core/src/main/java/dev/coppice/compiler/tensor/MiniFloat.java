package dev.coppice.compiler.tensor;

/**
 * The floats of 8 and 4 bits that ONNX stores: how bits and values correspond. Values round to
 * nearest, ties to even; by the formats of "FP8 Formats for Deep Learning" (Micikevicius et al.,
 * 2022) and "8-bit Numerical Formats for Deep Neural Networks" (Noune et al., 2022) for those whose
 * names end in FNUZ, and of the OCP Microscaling Formats specification for E2M1 and E8M0.
 */
public enum MiniFloat {
  E4M3FN(3, 7, 0x7E, 0x7F, 0x7F, 8),
  E4M3FNUZ(3, 8, 0x7F, 0x80, 0x80, 8),
  E5M2(2, 15, 0x7B, 0x7C, 0x7F, 8),
  E5M2FNUZ(2, 16, 0x7F, 0x80, 0x80, 8),
  E2M1(1, 1, 7, 7, 8, 4),
  /** A power of two without sign. */
  E8M0(0, 127, 0xFE, 0xFF, 0xFF, 8);

  /** How a value between two powers of two becomes {@link #E8M0}. */
  public enum Rounding {
    UP,
    DOWN,
    NEAREST
  }

  private final int mantissa;
  private final int bias;
  private final int max;
  private final int overflow;
  private final int nan;
  private final int bits;

  MiniFloat(int mantissa, int bias, int max, int overflow, int nan, int bits) {
    this.mantissa = mantissa;
    this.bias = bias;
    this.max = max;
    this.overflow = overflow;
    this.nan = nan;
    this.bits = bits;
  }

  /** Bits behind the exponent. */
  public int mantissa() {
    return mantissa;
  }

  /** What is subtracted from the exponent's bits. */
  public int bias() {
    return bias;
  }

  /** Bits of the largest finite value. */
  public int max() {
    return max;
  }

  /** Bits that stand for what is larger: infinity, or NaN where there is none. */
  public int overflow() {
    return overflow;
  }

  /** Bits of NaN; of negative zero for {@link #E2M1}, which has none. */
  public int nan() {
    return nan;
  }

  /** Number of bits. */
  public int bits() {
    return bits;
  }

  /** Whether the only NaN has the bits of negative zero. */
  public boolean isUnsignedZero() {
    return nan == 0x80;
  }

  /** The value of {@code code}, of which the low {@link #bits} count. */
  public float decode(int code) {
    if (this == E8M0) {
      int e = code & 0xFF;
      return e == 0xFF ? Float.NaN : Float.intBitsToFloat(e == 0 ? 1 << 22 : e << 23);
    }
    int sign = code >> (bits - 1) & 1;
    int magnitude = code & (1 << (bits - 1)) - 1;
    if (isUnsignedZero() ? (code & 0xFF) == nan : this != E2M1 && magnitude > max) {
      return this == E5M2 && magnitude == overflow
          ? (sign == 0 ? Float.POSITIVE_INFINITY : Float.NEGATIVE_INFINITY)
          : Float.NaN;
    }
    float scaled = Float.intBitsToFloat(magnitude << (23 - mantissa)) * scale();
    return sign == 0 ? scaled : -scaled;
  }

  /** What the bits as those of a float32 are multiplied with. */
  public float scale() {
    return Float.intBitsToFloat((254 - bias) << 23);
  }

  /** The least float32 that is not rounded to a subnormal, as bits. */
  public int leastNormal() {
    return (128 - bias) << 23;
  }

  /** A float32 whose last place is worth what the last place of a subnormal is. */
  public float magic() {
    return Float.intBitsToFloat((127 + 24 - bias - mantissa) << 23);
  }

  /**
   * The bits of the nearest value.
   *
   * @param saturate whether what is too large becomes the largest finite value
   */
  public int encode(float x, boolean saturate) {
    int i = Float.floatToRawIntBits(x);
    int sign = i >>> (32 - bits) & 1 << (bits - 1);
    int a = i & 0x7FFFFFFF;
    if (a > 0x7F800000) {
      return nan | (isUnsignedZero() ? 0 : sign);
    }
    int shift = 23 - mantissa;
    int code =
        a < leastNormal()
            ? Float.floatToRawIntBits(Float.intBitsToFloat(a) + magic())
                - Float.floatToRawIntBits(magic())
            : (a + (1 << (shift - 1)) - 1 + (a >> shift & 1) >> shift) - ((127 - bias) << mantissa);
    if (code > max) {
      code = saturate ? max : overflow;
    }
    return isUnsignedZero() && (code == 0 || code == nan) ? code : code | sign;
  }

  /**
   * {@code x} as a float32 that every format rounds as {@code x} itself: cut off, with the last bit
   * set where something was, so that no tie is taken for one.
   */
  public static float sticky(double x) {
    float nearest = (float) x;
    int bits = Float.floatToRawIntBits(nearest);
    if (Math.abs((double) nearest) > Math.abs(x)) {
      bits--;
    }
    return Float.intBitsToFloat(nearest != x ? bits | 1 : bits);
  }

  /** The bits of a power of two near {@code x}, of which the sign is ignored. */
  public static int encodePower(float x, boolean saturate, Rounding rounding) {
    int i = Float.floatToRawIntBits(x);
    int exponent = i >> 23 & 0xFF;
    int fraction = i & 0x7FFFFF;
    if (exponent == 0xFF || saturate && exponent == 0xFE) {
      return exponent;
    }
    boolean up =
        switch (rounding) {
          case UP -> fraction > 0;
          case DOWN -> false;
          case NEAREST -> fraction > 1 << 22 || fraction == 1 << 22 && exponent > 0;
        };
    return up ? exponent + 1 : exponent;
  }
}
