package dev.coppice.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RequantizeTest {
  private static final int[] EDGES = {
    0, 1, -1, 2, -2, 3, -3, 255, 256, -255, 65535, Integer.MAX_VALUE, Integer.MIN_VALUE
  };

  @Test
  void isExactForEveryFloatScale() {
    Random random = new Random(11);
    for (int i = 0; i < 200_000; i++) {
      float scale = Math.scalb(1f + random.nextInt(1 << 23) * 0x1p-23f, random.nextInt(62) - 33);
      int acc = i % 4 == 0 ? EDGES[i / 4 % EDGES.length] : random.nextInt() >> random.nextInt(31);
      assertExact(acc, scale);
    }
  }

  @Test
  void roundsTiesToEven() {
    for (int acc = -40; acc <= 40; acc++) {
      for (int exponent = -6; exponent <= 3; exponent++) {
        assertExact(acc, Math.scalb(1f, exponent));
        assertExact(acc, Math.scalb(1.5f, exponent));
      }
    }
    int m = Requantize.multiplier(0.5);
    int s = Requantize.shift(0.5);
    assertEquals(0, Requantize.scale(1, m, s));
    assertEquals(2, Requantize.scale(3, m, s));
    assertEquals(2, Requantize.scale(5, m, s));
    assertEquals(0, Requantize.scale(-1, m, s));
    assertEquals(-2, Requantize.scale(-3, m, s));
  }

  @Test
  void holdsADoubleScaleWithin31Bits() {
    Random random = new Random(13);
    for (int i = 0; i < 100_000; i++) {
      double scale = Math.scalb(1 + random.nextDouble(), random.nextInt(61) - 33);
      int m = Requantize.multiplier(scale);
      int s = Requantize.shift(scale);
      assertEquals(scale, Math.scalb((double) m, -s), scale * 0x1p-31);
    }
    assertEquals(1 << 30, Requantize.multiplier(Math.nextDown(1.0)));
    assertEquals(30, Requantize.shift(Math.nextDown(1.0)));
    assertEquals(1, Requantize.shift(Math.nextDown(0x1p29)));
  }

  @Test
  void roundsTinyScalesToZero() {
    for (double scale : new double[] {Double.MIN_VALUE, 0x1p-60, Math.nextDown(0x1p-33)}) {
      for (int acc : EDGES) {
        assertEquals(
            0, Requantize.scale(acc, Requantize.multiplier(scale), Requantize.shift(scale)));
      }
    }
  }

  @Test
  void saturatesAroundTheZeroPoint() {
    int m = Requantize.multiplier(1);
    int s = Requantize.shift(1);
    assertEquals(127, Requantize.toInt8(Integer.MAX_VALUE, m, s, 127));
    assertEquals(-128, Requantize.toInt8(Integer.MIN_VALUE, m, s, -128));
    assertEquals(-5, Requantize.toInt8(5, m, s, -10));
    assertEquals((byte) 255, Requantize.toUint8(300, m, s, 0));
    assertEquals(0, Requantize.toUint8(-300, m, s, 200));
    assertEquals((byte) 205, Requantize.toUint8(5, m, s, 200));
    assertEquals(3, Requantize.clamp(-50, m, s, 3, 3, 127));
  }

  @Test
  void rejectsAScaleOutOfRange() {
    for (double scale : new double[] {0, -1, 0x1p29, Double.POSITIVE_INFINITY, Double.NaN}) {
      assertThrows(IllegalArgumentException.class, () -> Requantize.multiplier(scale));
      assertThrows(IllegalArgumentException.class, () -> Requantize.shift(scale));
    }
  }

  private static void assertExact(int acc, float scale) {
    long expected =
        new BigDecimal(acc)
            .multiply(new BigDecimal(scale))
            .setScale(0, RoundingMode.HALF_EVEN)
            .longValueExact();
    int m = Requantize.multiplier(scale);
    int s = Requantize.shift(scale);
    assertEquals(expected, Requantize.scale(acc, m, s), () -> acc + " * " + scale);
    long saturated = Math.max(-128, Math.min(127, expected + 3));
    assertEquals(saturated, Requantize.toInt8(acc, m, s, 3));
  }
}
