package dev.coppice.compiler.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.runtime.Half;
import org.junit.jupiter.api.Test;

class HalfFloatTest {
  private static final int PATTERNS = 1 << 16;

  @Test
  void everyBinary16PatternWidensAsTheRuntimeDoesAndComesBack() {
    for (int p = 0; p < PATTERNS; p++) {
      short bits = (short) p;
      float value = HalfFloat.halfToFloat(bits);
      float runtime = Half.fp16ToFloat(bits);
      if (Float.isNaN(runtime)) {
        assertTrue(Float.isNaN(value), "pattern " + p);
        assertEquals((short) 0x7E00, HalfFloat.toHalf(value), "pattern " + p);
      } else {
        assertEquals(
            Float.floatToRawIntBits(runtime), Float.floatToRawIntBits(value), "pattern " + p);
        assertEquals(bits, HalfFloat.toHalf(value), "pattern " + p);
      }
    }
  }

  @Test
  void everyBfloat16PatternWidensAsTheRuntimeDoesAndComesBack() {
    for (int p = 0; p < PATTERNS; p++) {
      short bits = (short) p;
      float value = HalfFloat.bfloatToFloat(bits);
      if (Float.isNaN(value)) {
        assertTrue(Float.isNaN(Half.bf16ToFloat(bits)), "pattern " + p);
        assertEquals((short) 0x7FC0, HalfFloat.toBfloat(value), "pattern " + p);
      } else {
        assertEquals(Half.bf16ToFloat(bits), value, "pattern " + p);
        assertEquals(bits, HalfFloat.toBfloat(value), "pattern " + p);
      }
    }
  }

  @Test
  void betweenNeighboursTheNearerIsTakenAndOnATieTheEvenOne() {
    for (int p = 0; p < 0x7BFF; p++) {
      double low = HalfFloat.halfToFloat((short) p);
      double high = HalfFloat.halfToFloat((short) (p + 1));
      double middle = (low + high) / 2;
      short even = (short) (p % 2 == 0 ? p : p + 1);
      assertEquals(even, HalfFloat.toHalf(middle), "pattern " + p);
      assertEquals((short) p, HalfFloat.toHalf(Math.nextDown(middle)), "pattern " + p);
      assertEquals((short) (p + 1), HalfFloat.toHalf(Math.nextUp(middle)), "pattern " + p);
      assertEquals((short) (even | 0x8000), HalfFloat.toHalf(-middle), "pattern " + p);
    }
  }

  @Test
  void bfloatTiesGoToEven() {
    for (int p = 0; p < 0x7F7F; p++) {
      double low = HalfFloat.bfloatToFloat((short) p);
      double high = HalfFloat.bfloatToFloat((short) (p + 1));
      short even = (short) (p % 2 == 0 ? p : p + 1);
      assertEquals(even, HalfFloat.toBfloat((low + high) / 2), "pattern " + p);
    }
  }

  @Test
  void overflowIsInfinite() {
    assertEquals((short) 0x7BFF, HalfFloat.toHalf(65519.99));
    assertEquals((short) 0x7C00, HalfFloat.toHalf(65520));
    assertEquals((short) 0xFC00, HalfFloat.toHalf(Double.NEGATIVE_INFINITY));
    assertEquals((short) 0x7F80, HalfFloat.toBfloat(Float.MAX_VALUE));
    assertEquals((short) 0xFF80, HalfFloat.toBfloat(-1e300));
  }

  @Test
  void underflowKeepsTheSign() {
    assertEquals((short) 0, HalfFloat.toHalf(0x1p-26));
    assertEquals((short) 0x8000, HalfFloat.toHalf(-0x1p-25));
    assertEquals((short) 1, HalfFloat.toHalf(Math.nextUp(0x1p-25)));
    assertEquals((short) 0x8000, HalfFloat.toHalf(-0.0));
    assertEquals((short) 0x8000, HalfFloat.toBfloat(-1e-300));
  }
}
