package dev.coppice.runtime;

/**
 * Functions of {@code float} with one result on every JVM: a fixed order of basic operations, no
 * fused multiply-add and no call that a JVM may replace by one of other rounding.
 *
 * <p>Stated errors are against the exact result, in units of its last place. NaN gives NaN;
 * infinities, zeros, overflow and subnormal results follow the mathematical limits. {@link #exp},
 * {@link #sigmoid} and {@link #tanh} have no branches but selections.
 */
public final strictfp class FloatMath {
  private static final float LOG2_E = 0x1.715476p0f;

  /** ln 2 in two parts; the first has 9 bits, so that its product with an exponent is exact. */
  private static final float LN2_HIGH = 0x1.63p-1f;

  private static final float LN2_LOW = -0x1.bd0106p-13f;

  /** Adding this to a float below 2^22 rounds it to an integer, which stands in the low bits. */
  private static final float ROUND = 0x1.8p23f;

  private static final int ROUND_BITS = 0x4B40_0000;

  /** Beyond these bounds exp is infinite and zero. */
  private static final float EXP_MAX = 89f;

  private static final float EXP_MIN = -104f;

  private FloatMath() {}

  /** e to the power of x; error below 1 ulp. */
  public static float exp(float x) {
    float bounded = Math.min(Math.max(x, EXP_MIN), EXP_MAX);
    float rounded = bounded * LOG2_E + ROUND;
    int n = Float.floatToRawIntBits(rounded) - ROUND_BITS;
    float fn = rounded - ROUND;
    float r = (bounded - fn * LN2_HIGH) - fn * LN2_LOW;
    // Two factors, since 2^n alone may be no normal float; only the last product rounds.
    int half = n >> 1;
    return (1f + expm1Reduced(r)) * powerOfTwo(half) * powerOfTwo(n - half);
  }

  /**
   * The natural logarithm; error below 1 ulp. Zero gives negative infinity, a negative number NaN.
   */
  public static float log(float x) {
    boolean subnormal = x < Float.MIN_NORMAL;
    float scaled = subnormal ? x * 0x1p23f : x;
    int bits = Float.floatToRawIntBits(scaled);
    // x = 2^k * (1 + f) with 1 + f in [sqrt(1/2), sqrt(2)).
    int k = (bits - 0x3F35_04F3) >> 23;
    float f = Float.intBitsToFloat(bits - (k << 23)) - 1f;
    float fk = subnormal ? k - 23 : k;
    float s = f / (2f + f);
    float z = s * s;
    float odd =
        z * (0x1.555554p-1f + z * (0x1.999a82p-2f + z * (0x1.2437p-2f + z * 0x1.e34094p-3f)));
    float square = 0.5f * f * f;
    float result = fk * LN2_HIGH - ((square - (s * (square + odd) + fk * LN2_LOW)) - f);
    if (x > 0f && x < Float.POSITIVE_INFINITY) {
      return result;
    }
    return x == 0f ? Float.NEGATIVE_INFINITY : x > 0f ? x : Float.NaN;
  }

  /** The hyperbolic tangent; error below 2.5 ulp, odd in x. */
  public static float tanh(float x) {
    // With e = exp(2|x|) - 1, tanh |x| = e / (e + 2); at 2|x| = 20 the result rounds to 1.
    float y = Math.min(2f * Math.abs(x), 20f);
    float rounded = y * LOG2_E + ROUND;
    int n = Float.floatToRawIntBits(rounded) - ROUND_BITS;
    float fn = rounded - ROUND;
    float r = (y - fn * LN2_HIGH) - fn * LN2_LOW;
    float scale = powerOfTwo(n);
    float e = scale * expm1Reduced(r) + (scale - 1f);
    return copySign(e / (e + 2f), x);
  }

  /** {@code 1 / (1 + exp(-x))}; error below 2.5 ulp, for subnormal results too. */
  public static float sigmoid(float x) {
    float e = exp(-Math.abs(x));
    return (x < 0f ? e : 1f) / (1f + e);
  }

  /** The Gauss error function; error below 1.5 ulp, odd in x. */
  public static float erf(float x) {
    float t = Math.abs(x);
    if (t < 1f) {
      float s = x * x;
      float p =
          0x1.06eba8p-3f
              + s
                  * (-0x1.81273ep-2f
                      + s
                          * (0x1.ce2cf8p-4f
                              + s
                                  * (-0x1.b7f90ep-6f
                                      + s
                                          * (0x1.5405b2p-8f
                                              + s * (-0x1.a3f702p-11f + s * 0x1.496a36p-14f)))));
      return x + x * p;
    }
    // -log(1 - erf t) as a polynomial; from 3.95 on the result rounds to 1.
    t = Math.min(t, 3.95f);
    float g =
        0x1.63e7b6p-12f
            + t
                * (0x1.208976p0f
                    + t
                        * (0x1.46b92ep-1f
                            + t
                                * (0x1.a65eeap-4f
                                    + t
                                        * (-0x1.65e0fap-6f
                                            + t * (0x1.82847p-9f + t * -0x1.871ea6p-13f)))));
    return copySign(1f - exp(-g), x);
  }

  /** x to the power of y, through double; the double's error is below 1 of its ulp. */
  public static float pow(float x, float y) {
    return (float) StrictMath.pow(x, y);
  }

  /** The sine, through double; the double's error is below 1 of its ulp. */
  public static float sin(float x) {
    return (float) StrictMath.sin(x);
  }

  /** The cosine, through double; the double's error is below 1 of its ulp. */
  public static float cos(float x) {
    return (float) StrictMath.cos(x);
  }

  /** exp(r) - 1 for |r| up to half of ln 2 and a little more. */
  private static float expm1Reduced(float r) {
    float q =
        0.5f
            + r
                * (0x1.555554p-3f
                    + r
                        * (0x1.5554bp-5f
                            + r * (0x1.11118ap-7f + r * (0x1.6d73cp-10f + r * 0x1.a032d6p-13f))));
    return r + r * r * q;
  }

  private static float powerOfTwo(int n) {
    return Float.intBitsToFloat((n + 127) << 23);
  }

  private static float copySign(float magnitude, float sign) {
    return Float.intBitsToFloat(
        Float.floatToRawIntBits(magnitude) | (Float.floatToRawIntBits(sign) & 0x8000_0000));
  }
}
