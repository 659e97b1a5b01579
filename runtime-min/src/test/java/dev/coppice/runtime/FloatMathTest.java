package dev.coppice.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.DoubleUnaryOperator;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

class FloatMathTest {
  /** Bit patterns between two samples; a prime, so that all exponents and fractions are met. */
  private static final int STEP = 1009;

  private interface FloatFunction {
    float apply(float x);
  }

  @Test
  void expIsWithinOneUlp() {
    assertWithin(1, FloatMath::exp, StrictMath::exp);
  }

  @Test
  void logIsWithinOneUlp() {
    assertWithin(1, FloatMath::log, StrictMath::log);
  }

  @Test
  void tanhIsWithinTwoAndAHalfUlp() {
    assertWithin(2.5, FloatMath::tanh, StrictMath::tanh);
  }

  @Test
  void sigmoidIsWithinTwoAndAHalfUlp() {
    assertWithin(
        2.5,
        FloatMath::sigmoid,
        x -> {
          double e = StrictMath.exp(-Math.abs(x));
          return (x < 0 ? e : 1) / (1 + e);
        });
  }

  @Test
  void erfIsWithinOneAndAHalfUlp() {
    assertWithin(1.5, FloatMath::erf, FloatMathTest::erf);
  }

  @Test
  void powAndTheCircularFunctionsAreNearlyRounded() {
    assertWithin(0.501, FloatMath::sin, StrictMath::sin);
    assertWithin(0.501, FloatMath::cos, StrictMath::cos);
    assertWithin(0.501, x -> FloatMath.pow(x, 0.75f), x -> StrictMath.pow(x, 0.75));
    assertEquals(-8f, FloatMath.pow(-2f, 3f));
    assertEquals(1f, FloatMath.pow(Float.NaN, 0f));
    assertTrue(Float.isNaN(FloatMath.pow(-2f, 0.5f)));
  }

  @Test
  void followsTheLimits() {
    assertBits(Float.POSITIVE_INFINITY, FloatMath.exp(Float.POSITIVE_INFINITY));
    assertBits(Float.POSITIVE_INFINITY, FloatMath.exp(88.72284f));
    assertBits(0f, FloatMath.exp(Float.NEGATIVE_INFINITY));
    assertBits(0f, FloatMath.exp(-104f));
    assertBits(Float.MIN_VALUE, FloatMath.exp(-103.5f));
    assertBits(1f, FloatMath.exp(-0f));
    assertBits(Float.NEGATIVE_INFINITY, FloatMath.log(0f));
    assertBits(Float.NEGATIVE_INFINITY, FloatMath.log(-0f));
    assertBits(Float.POSITIVE_INFINITY, FloatMath.log(Float.POSITIVE_INFINITY));
    assertBits(0f, FloatMath.log(1f));
    assertTrue(Float.isNaN(FloatMath.log(-Float.MIN_VALUE)));
    assertBits(1f, FloatMath.tanh(Float.POSITIVE_INFINITY));
    assertBits(-1f, FloatMath.tanh(Float.NEGATIVE_INFINITY));
    assertBits(-0f, FloatMath.tanh(-0f));
    assertBits(1f, FloatMath.sigmoid(Float.POSITIVE_INFINITY));
    assertBits(0f, FloatMath.sigmoid(Float.NEGATIVE_INFINITY));
    assertBits(0.5f, FloatMath.sigmoid(-0f));
    assertBits(1f, FloatMath.erf(Float.POSITIVE_INFINITY));
    assertBits(-1f, FloatMath.erf(Float.NEGATIVE_INFINITY));
    assertBits(-0f, FloatMath.erf(-0f));
    assertTrue(Float.isNaN(FloatMath.exp(Float.NaN)));
    assertTrue(Float.isNaN(FloatMath.log(Float.NaN)));
    assertTrue(Float.isNaN(FloatMath.tanh(Float.NaN)));
    assertTrue(Float.isNaN(FloatMath.sigmoid(Float.NaN)));
    assertTrue(Float.isNaN(FloatMath.erf(Float.NaN)));
  }

  @Test
  void givesTheSameBitsOnEveryJvm() {
    assertEquals(0x1e681fe0L, checksum(FloatMath::exp));
    assertEquals(0x5aca253eL, checksum(FloatMath::log));
    assertEquals(0xc1883d2bL, checksum(FloatMath::tanh));
    assertEquals(0x496def2dL, checksum(FloatMath::sigmoid));
    assertEquals(0x9718446L, checksum(FloatMath::erf));
  }

  private static void assertWithin(double ulps, FloatFunction f, DoubleUnaryOperator exact) {
    for (long bits = 0; bits <= 0xFFFF_FFFFL; bits += STEP) {
      float x = Float.intBitsToFloat((int) bits);
      if (Float.isNaN(x) || Float.isInfinite(x)) {
        continue;
      }
      double expected = exact.applyAsDouble(x);
      float rounded = (float) expected;
      float actual = f.apply(x);
      if (Double.isNaN(expected) || Float.isInfinite(rounded) || Float.isInfinite(actual)) {
        assertBits(rounded, actual);
      } else if (!(Math.abs(actual - expected) <= ulps * Math.ulp(rounded))) {
        throw new AssertionError(
            "f(" + x + ") = " + actual + ", expected " + expected + " within " + ulps + " ulp");
      }
    }
  }

  private static long checksum(FloatFunction f) {
    CRC32 crc = new CRC32();
    for (long bits = 0; bits <= 0xFFFF_FFFFL; bits += 65_537) {
      int result = Float.floatToIntBits(f.apply(Float.intBitsToFloat((int) bits)));
      for (int shift = 0; shift < 32; shift += 8) {
        crc.update(result >>> shift);
      }
    }
    return crc.getValue();
  }

  private static void assertBits(float expected, float actual) {
    assertEquals(Float.floatToIntBits(expected), Float.floatToIntBits(actual));
  }

  /** The series of positive terms, DLMF 7.6.2. */
  private static double erf(double x) {
    if (Math.abs(x) > 5) {
      return Math.signum(x);
    }
    double term = x;
    double sum = x;
    for (int n = 1; Math.abs(term) > 0x1p-60 * Math.abs(sum); n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return sum * StrictMath.exp(-x * x) * 2 / Math.sqrt(Math.PI);
  }
}
