package dev.coppice.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class HalfTest {
  @Test
  void widensEveryBinary16Exactly() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      float value = Half.fp16ToFloat((short) bits);
      int exponent = bits >> 10 & 0x1F;
      int fraction = bits & 0x3FF;
      if (exponent == 31) {
        assertTrue(fraction == 0 ? Float.isInfinite(value) : Float.isNaN(value));
      } else {
        double magnitude =
            exponent == 0
                ? fraction * 0x1p-24
                : (1 + fraction * 0x1p-10) * Math.scalb(1.0, exponent - 15);
        assertEquals(magnitude, Math.abs(value));
      }
      assertEquals(bits >>> 15, Float.floatToRawIntBits(value) >>> 31);
    }
  }

  @Test
  void narrowingUndoesWidening() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      float fp16 = Half.fp16ToFloat((short) bits);
      int quiet = Float.isNaN(fp16) ? bits | 0x200 : bits;
      assertEquals((short) quiet, Half.floatToFp16(fp16));
      float bf16 = Half.bf16ToFloat((short) bits);
      quiet = Float.isNaN(bf16) ? bits | 0x40 : bits;
      assertEquals((short) quiet, Half.floatToBf16(bf16));
    }
  }

  @Test
  void narrowsToTheNearestOfTwoNeighboursAndTiesToEven() {
    for (int bits = 0; bits < 0x7C00; bits++) {
      double low = Half.fp16ToFloat((short) bits);
      double high = bits + 1 == 0x7C00 ? 0x1p16 : Half.fp16ToFloat((short) (bits + 1));
      float tie = (float) ((low + high) / 2);
      assertEquals((short) (bits + (bits & 1)), Half.floatToFp16(tie));
      assertEquals((short) bits, Half.floatToFp16(Math.nextDown(tie)));
      assertEquals((short) (bits + 1), Half.floatToFp16(Math.nextUp(tie)));
      assertEquals((short) (bits + 1 | 0x8000), Half.floatToFp16(-Math.nextUp(tie)));
    }
    for (int bits = 0; bits < 0x7F80; bits++) {
      float tie = Float.intBitsToFloat(bits << 16 | 0x8000);
      assertEquals((short) (bits + (bits & 1)), Half.floatToBf16(tie));
      assertEquals((short) bits, Half.floatToBf16(Math.nextDown(tie)));
      assertEquals((short) (bits + 1), Half.floatToBf16(Math.nextUp(tie)));
    }
  }

  @Test
  void overflowsToInfinityAndKeepsNan() {
    assertEquals((short) 0x7C00, Half.floatToFp16(65520f));
    assertEquals((short) 0x7BFF, Half.floatToFp16(65519.996f));
    assertEquals((short) 0xFC00, Half.floatToFp16(Float.NEGATIVE_INFINITY));
    assertEquals((short) 0x7F80, Half.floatToBf16(Float.MAX_VALUE));
    Random random = new Random(3);
    for (int i = 0; i < 10_000; i++) {
      float nan = Float.intBitsToFloat(random.nextInt() | 0x7F80_0001);
      assertTrue(Float.isNaN(Half.fp16ToFloat(Half.floatToFp16(nan))));
      assertTrue(Float.isNaN(Half.bf16ToFloat(Half.floatToBf16(nan))));
    }
  }
}
