package dev.coppice.compiler.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class DTypeTest {
  @Test
  void labelsAndOnnxCodesLeadBack() {
    for (DType t : DType.values()) {
      assertEquals(Optional.of(t), DType.ofLabel(t.label()));
      assertEquals(Optional.of(t), DType.ofOnnx(t.onnxCode()));
      assertEquals(t.label(), t.toString());
    }
    assertEquals(Optional.empty(), DType.ofLabel("float"));
    assertEquals(Optional.empty(), DType.ofOnnx(8));
  }

  @Test
  void codesAreThoseOfTensorProto() {
    assertEquals(1, DType.FLOAT32.onnxCode());
    assertEquals(7, DType.INT64.onnxCode());
    assertEquals(9, DType.BOOL.onnxCode());
    assertEquals(10, DType.FLOAT16.onnxCode());
    assertEquals(11, DType.FLOAT64.onnxCode());
    assertEquals(16, DType.BFLOAT16.onnxCode());
  }

  @Test
  void everyTypeIsFloatMiniFloatIntegerOrBoolean() {
    for (DType t : DType.values()) {
      int kinds =
          (t.isFloat() ? 1 : 0)
              + (t.miniFloat().isPresent() ? 1 : 0)
              + (t.isInteger() ? 1 : 0)
              + (t == DType.BOOL ? 1 : 0);
      assertEquals(1, kinds, t.label());
      assertEquals(t.isUnsigned(), t.label().startsWith("u"), t.label());
    }
  }

  @Test
  void storageIsAsWideAsTheType() {
    for (DType t : DType.values()) {
      int bytes =
          switch (t.storage()) {
            case BYTE, BOOLEAN -> 1;
            case SHORT -> 2;
            case FLOAT, INT -> 4;
            case DOUBLE, LONG -> 8;
          };
      assertEquals(bytes, t.bytes(), t.label());
    }
  }

  @Test
  void typesSayElementAndShape() {
    TensorType t = TensorType.of(DType.FLOAT16, 2, 3);
    assertEquals("f16[2,3]", t.toString());
    assertEquals(12, t.bytes());
    assertEquals("bool[2,3]", t.with(DType.BOOL).toString());
    assertEquals("f16[]", t.with(Shape.SCALAR).toString());
    assertNotEquals(t, t.with(DType.BFLOAT16));
    assertEquals(1L << 33, TensorType.of(DType.FLOAT64, 1 << 30).bytes());
  }
}
