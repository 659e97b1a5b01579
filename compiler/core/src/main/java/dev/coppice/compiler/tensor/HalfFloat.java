package dev.coppice.compiler.tensor;

/** Exact conversions of IEEE 754 binary16 and bfloat16 bits, rounding to nearest even. */
public final class HalfFloat {
  private HalfFloat() {}

  /** The value of binary16 {@code bits}. */
  public static float halfToFloat(short bits) {
    int h = bits & 0xFFFF;
    int exponent = (h >>> 10) & 0x1F;
    int mantissa = h & 0x3FF;
    int sign = (h & 0x8000) << 16;
    if (exponent == 0) {
      float subnormal = mantissa * 0x1p-24f;
      return sign == 0 ? subnormal : -subnormal;
    }
    int biased = exponent == 0x1F ? 0xFF : exponent + 112;
    return Float.intBitsToFloat(sign | biased << 23 | mantissa << 13);
  }

  /** The binary16 bits nearest to {@code value}; overflow gives infinity. */
  public static short toHalf(double value) {
    if (Double.isNaN(value)) {
      return (short) 0x7E00;
    }
    int sign = Double.doubleToRawLongBits(value) < 0 ? 0x8000 : 0;
    double a = Math.abs(value);
    if (a >= 65520.0) {
      return (short) (sign | 0x7C00);
    }
    if (a < 0x1p-14) {
      return (short) (sign | (int) Math.rint(a * 0x1p24));
    }
    int exponent = Math.getExponent(a);
    int mantissa = (int) Math.rint(Math.scalb(a, 10 - exponent));
    return (short) (sign | ((exponent + 15) << 10) + (mantissa - 0x400));
  }

  /** The value of bfloat16 {@code bits}. */
  public static float bfloatToFloat(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /** The bfloat16 bits nearest to {@code value} after rounding it to float. */
  public static short toBfloat(double value) {
    int bits = Float.floatToRawIntBits((float) value);
    if (Double.isNaN(value)) {
      return (short) 0x7FC0;
    }
    return (short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16);
  }
}
