package dev.coppice.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class DoubleMathTest {
  private static void assertClose(double expected, double actual, double relative) {
    assertEquals(expected, actual, Math.abs(expected) * relative);
  }

  @Test
  void erfHasItsTabulatedValues() {
    assertClose(0.1124629160182849, DoubleMath.erf(0.1), 1e-14);
    assertClose(0.5204998778130465, DoubleMath.erf(0.5), 1e-14);
    assertClose(0.8427007929497149, DoubleMath.erf(1), 1e-14);
    assertClose(0.9953222650189527, DoubleMath.erf(2), 1e-14);
    assertClose(0.9995930479825550, DoubleMath.erf(2.5), 1e-14);
    assertClose(0.9999779095030014, DoubleMath.erf(3), 1e-14);
  }

  @Test
  void erfIsOddAndSaturates() {
    Random random = new Random(1);
    for (int i = 0; i < 1000; i++) {
      double x = 4 * random.nextGaussian();
      assertEquals(-DoubleMath.erf(x), DoubleMath.erf(-x));
      assertTrue(Math.abs(DoubleMath.erf(x)) <= 1);
    }
    assertEquals(1, DoubleMath.erf(Double.POSITIVE_INFINITY));
    assertEquals(-1, DoubleMath.erf(-7));
    assertTrue(Double.isNaN(DoubleMath.erf(Double.NaN)));
  }

  @Test
  void inverseHyperbolicFunctionsInvert() {
    Random random = new Random(2);
    for (int i = 0; i < 1000; i++) {
      double x = 5 * random.nextGaussian();
      assertClose(x, DoubleMath.asinh(Math.sinh(x)), 1e-14);
      assertClose(Math.abs(x), DoubleMath.acosh(Math.cosh(x)), 1e-9);
      assertClose(x / 10, DoubleMath.atanh(Math.tanh(x / 10)), 1e-13);
    }
  }

  @Test
  void inverseHyperbolicFunctionsKeepTheirLimits() {
    assertEquals(-0.0, DoubleMath.asinh(-0.0));
    assertEquals(Double.NEGATIVE_INFINITY, DoubleMath.asinh(Double.NEGATIVE_INFINITY));
    assertClose(709.889355822726, DoubleMath.asinh(1e308), 1e-14);
    assertEquals(0, DoubleMath.acosh(1));
    assertTrue(Double.isNaN(DoubleMath.acosh(0.5)));
    assertEquals(Double.POSITIVE_INFINITY, DoubleMath.atanh(1));
    assertTrue(Double.isNaN(DoubleMath.atanh(1.5)));
  }

  @Test
  void sigmoidIsSymmetricAndDoesNotOverflow() {
    assertEquals(0.5, DoubleMath.sigmoid(0));
    assertClose(0.7310585786300049, DoubleMath.sigmoid(1), 1e-15);
    assertEquals(1, DoubleMath.sigmoid(1000));
    assertEquals(0, DoubleMath.sigmoid(-1000));
  }

  @Test
  void floorModHasTheSignOfTheDivisor() {
    assertEquals(1.5, DoubleMath.floorMod(5.5, 2));
    assertEquals(0.5, DoubleMath.floorMod(-5.5, 2));
    assertEquals(-0.5, DoubleMath.floorMod(5.5, -2));
    assertTrue(Double.isNaN(DoubleMath.floorMod(1, 0)));
  }
}
