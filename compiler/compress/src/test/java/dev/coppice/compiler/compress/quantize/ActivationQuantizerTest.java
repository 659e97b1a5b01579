package dev.coppice.compiler.compress.quantize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.tensor.DType;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ActivationQuantizerTest {
  private static final List<ActivationType> TYPES =
      List.of(
          new ActivationType(DType.INT8, false),
          new ActivationType(DType.INT8, true),
          new ActivationType(DType.UINT8, false),
          new ActivationType(DType.INT16, false),
          new ActivationType(DType.UINT16, false));

  @Test
  void errsByHalfAStepAtMostAndTheSecondTimeNotAtAll() {
    Random random = new Random(1);
    for (ActivationType type : TYPES) {
      for (int trial = 0; trial < 200; trial++) {
        double min = -5 * random.nextDouble();
        double max = 7 * random.nextDouble();
        ActivationQuantizer q = ActivationQuantizer.of(new Calibrator.Range(min, max), type);
        double x = min + (max - min) * random.nextDouble();
        double back = q.real(q.level(x));
        // The zero point is rounded, too, so that the ends may be half a step beyond the integers.
        assertEquals(x, back, q.scale() * 1.0001, type + " " + x);
        boolean inside = q.level(x) > type.low() && q.level(x) < type.high();
        assertTrue(!inside || Math.abs(x - back) <= q.scale() * 0.500001, type + " " + x);
        assertEquals(back, q.real(q.level(back)));
        assertEquals(0, q.real(q.level(0)));
      }
    }
  }

  @Test
  void valuesThatAreNotNegativeUseAllIntegers() {
    ActivationQuantizer q = ActivationQuantizer.of(new Calibrator.Range(0.5, 25.5), TYPES.get(0));
    assertEquals(-128, q.zero());
    assertEquals(0.1f, q.scale());
    assertTrue(q.cutsNegative());
    assertEquals(-128, q.level(-3));
    assertEquals(0, ActivationQuantizer.of(new Calibrator.Range(0, 25.5), TYPES.get(2)).zero());
    assertFalse(ActivationQuantizer.of(new Calibrator.Range(-1, 1), TYPES.get(1)).cutsNegative());
  }

  @Test
  void aValueThatIsAlwaysZeroHasScaleOne() {
    for (ActivationType type : TYPES) {
      ActivationQuantizer q = ActivationQuantizer.of(new Calibrator.Range(0, 0), type);
      assertEquals(1, q.scale());
      assertEquals(0, q.real(q.level(0)));
    }
  }

  @Test
  void unsignedTypesAreNotSymmetric() {
    assertThrows(IllegalArgumentException.class, () -> new ActivationType(DType.UINT8, true));
  }
}
