package dev.coppice.runtime;

/**
 * The two 16-bit float formats and {@code float}. Widening is exact; narrowing rounds to nearest,
 * ties to even, and overflows to infinity. A NaN stays a NaN with its sign and the upper bits of
 * its payload, and becomes quiet when it is narrowed.
 */
public final class Half {
  /** Difference of the exponent biases, 127 - 15, in place. */
  private static final int REBIAS = 112 << 23;

  private Half() {}

  /** The value of IEEE 754 binary16 bits: 1 sign, 5 exponent and 10 fraction bits. */
  public static float fp16ToFloat(short bits) {
    int sign = (bits & 0x8000) << 16;
    int magnitude = bits & 0x7FFF;
    if (magnitude >= 0x7C00) {
      return Float.intBitsToFloat(sign | 0x7F80_0000 | ((magnitude & 0x3FF) << 13));
    }
    if (magnitude < 0x0400) {
      // A subnormal counts units of 2^-24; the product is exact.
      float value = magnitude * 0x1p-24f;
      return sign == 0 ? value : -value;
    }
    return Float.intBitsToFloat(sign | ((magnitude << 13) + REBIAS));
  }

  /** The binary16 bits nearest to {@code value}. */
  public static short floatToFp16(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = (bits >>> 16) & 0x8000;
    int magnitude = bits & 0x7FFF_FFFF;
    if (magnitude > 0x7F80_0000) {
      return (short) (sign | 0x7E00 | ((magnitude >> 13) & 0x3FF));
    }
    if (magnitude < 0x3880_0000) {
      // Below 2^-14 the result counts units of 2^-24; adding 0.5, whose ulp is 2^-24, rounds so.
      int rounded = Float.floatToRawIntBits(Float.intBitsToFloat(magnitude) + 0.5f);
      return (short) (sign | (rounded - 0x3F00_0000));
    }
    int rounded = (magnitude - REBIAS + 0xFFF + ((magnitude >> 13) & 1)) >> 13;
    return (short) (sign | Math.min(rounded, 0x7C00));
  }

  /** The value of bfloat16 bits: the upper half of a float. */
  public static float bf16ToFloat(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /** The bfloat16 bits nearest to {@code value}. */
  public static short floatToBf16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if ((bits & 0x7FFF_FFFF) > 0x7F80_0000) {
      return (short) ((bits >> 16) | 0x40);
    }
    return (short) ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
  }
}
