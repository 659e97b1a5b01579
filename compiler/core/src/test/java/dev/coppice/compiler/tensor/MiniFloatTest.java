package dev.coppice.compiler.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class MiniFloatTest {
  @ParameterizedTest
  @EnumSource
  void everyValueBecomesItself(MiniFloat format) {
    for (int code = 0; code < 1 << format.bits(); code++) {
      float value = format.decode(code);
      int back =
          format == MiniFloat.E8M0
              ? MiniFloat.encodePower(value, false, MiniFloat.Rounding.NEAREST)
              : format.encode(value, false);
      if (Float.isNaN(value)) {
        assertTrue(Float.isNaN(format.decode(back)), format + " " + code);
      } else if (format != MiniFloat.E8M0 || code > 0) {
        assertEquals(code, back, format + " " + value);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "E8M0")
  void othersBecomeTheNearestWithTiesToEven(MiniFloat format) {
    SplittableRandom random = new SplittableRandom(1);
    float most = format.decode(format.max());
    for (int n = 0; n < 20_000; n++) {
      float x = (float) Math.scalb(random.nextDouble() * 2 - 1, random.nextInt(40) - 24);
      if (Math.abs(x) > most) {
        continue;
      }
      int code = format.encode(x, true);
      double error = Math.abs((double) format.decode(code) - x);
      for (int other = 0; other < 1 << format.bits(); other++) {
        double distance = Math.abs((double) format.decode(other) - x);
        boolean better = distance < error || distance == error && code % 2 == 1 && other % 2 == 0;
        assertTrue(!better, format + " of " + x + ": " + code + ", better " + other);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    // What the ONNX specification tabulates: format, value, saturated, not saturated.
    "E4M3FN, Infinity, 448, NaN",
    "E4M3FN, 480, 448, NaN",
    "E4M3FN, 464, 448, 448",
    "E4M3FN, NaN, NaN, NaN",
    "E4M3FNUZ, -Infinity, -240, NaN",
    "E4M3FNUZ, 300, 240, NaN",
    "E5M2, Infinity, 57344, Infinity",
    "E5M2, -70000, -57344, -Infinity",
    "E5M2FNUZ, Infinity, 57344, NaN",
    "E5M2FNUZ, -0.0, 0, 0",
    "E2M1, 100, 6, 6",
    "E2M1, -Infinity, -6, -6",
    "E2M1, 0.25, 0, 0",
    "E2M1, 0.75, 1, 1"
  })
  void largeAndSpecialValues(MiniFloat format, float x, float saturated, float otherwise) {
    assertEquals(saturated, format.decode(format.encode(x, true)));
    assertEquals(otherwise, format.decode(format.encode(x, false)));
  }

  @Test
  void powersOfTwoRoundAsAsked() {
    assertEquals(128, MiniFloat.encodePower(1.5f, true, MiniFloat.Rounding.UP));
    assertEquals(127, MiniFloat.encodePower(1.5f, true, MiniFloat.Rounding.DOWN));
    assertEquals(128, MiniFloat.encodePower(1.5f, true, MiniFloat.Rounding.NEAREST));
    assertEquals(127, MiniFloat.encodePower(1.49f, true, MiniFloat.Rounding.NEAREST));
    assertEquals(254, MiniFloat.encodePower(Float.MAX_VALUE, true, MiniFloat.Rounding.UP));
    assertEquals(255, MiniFloat.encodePower(Float.MAX_VALUE, false, MiniFloat.Rounding.UP));
    assertEquals(255, MiniFloat.encodePower(Float.NaN, true, MiniFloat.Rounding.UP));
  }
}
