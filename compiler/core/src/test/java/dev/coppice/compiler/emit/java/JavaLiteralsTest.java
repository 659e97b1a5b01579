package dev.coppice.compiler.emit.java;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;

class JavaLiteralsTest {
  @Test
  void writesSpecialFloats() {
    assertEquals("Float.NaN", JavaLiterals.of(Float.NaN, "Float"));
    assertEquals("Float.POSITIVE_INFINITY", JavaLiterals.of(Float.POSITIVE_INFINITY, "Float"));
    assertEquals("Float.NEGATIVE_INFINITY", JavaLiterals.of(Float.NEGATIVE_INFINITY, "Float"));
    assertEquals("-0f", JavaLiterals.of(-0f, "Float"));
    assertEquals("1.4E-45f", JavaLiterals.of(Float.MIN_VALUE, "Float"));
    assertEquals("3.4028235E38f", JavaLiterals.of(Float.MAX_VALUE, "Float"));
  }

  @Test
  void writesSpecialDoubles() {
    assertEquals("Double.NaN", JavaLiterals.of(Double.NaN, "Double"));
    assertEquals("Double.NEGATIVE_INFINITY", JavaLiterals.of(Double.NEGATIVE_INFINITY, "Double"));
    assertEquals("-0d", JavaLiterals.of(-0d, "Double"));
    assertEquals("0.1d", JavaLiterals.of(0.1, "Double"));
  }

  @Test
  void floatsReadBackExactly() {
    Random random = new Random(1);
    for (int i = 0; i < 10_000; i++) {
      float v = Float.intBitsToFloat(random.nextInt());
      if (Float.isFinite(v)) {
        float back = Float.parseFloat(JavaLiterals.of(v, "Float"));
        assertEquals(Float.floatToRawIntBits(v), Float.floatToRawIntBits(back));
      }
    }
  }

  @Test
  void writesIntegers() {
    assertEquals("-2147483648", JavaLiterals.of(Integer.MIN_VALUE));
    assertEquals("-9223372036854775808L", JavaLiterals.of(Long.MIN_VALUE));
  }

  @Test
  void writesStringsInAscii() {
    assertEquals(
        "\"a\\\"b\\\\c\\n\\t\\r\\u00e9\\u0000\"", JavaLiterals.of("a\"b\\c\n\t\r\u00e9\0"));
  }
}
