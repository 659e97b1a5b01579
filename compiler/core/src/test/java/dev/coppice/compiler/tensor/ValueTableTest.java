package dev.coppice.compiler.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ValueTableTest {
  private static Tensor floats(float... values) {
    return Tensor.ofFloats(Shape.of(values.length), values);
  }

  private static Tensor different(int count) {
    return Tensor.fromDoubles(TensorType.of(DType.FLOAT32, count), i -> i - 3);
  }

  @Test
  void zeroHasIndexZero() {
    ValueTable table = ValueTable.of(floats(-2, 0, 3, -2, 0.5f)).orElseThrow();
    assertTrue(table.hasZero());
    assertEquals(0, table.index(0));
    assertEquals(2, table.indexBits());
    for (float v : new float[] {-2, 0, 3, 0.5f}) {
      assertEquals(v, table.values().floatAt(table.index(v)));
    }
    assertFalse(ValueTable.of(floats(1, 2)).orElseThrow().hasZero());
  }

  /** Values are told by their bits: both zeros, and what is no number. */
  @Test
  void keepsEveryBit() {
    float[] odd = {-0.0f, 0, Float.NaN, Float.intBitsToFloat(0x7FC0_1234), Float.MIN_VALUE};
    ValueTable table = ValueTable.of(floats(odd)).orElseThrow();
    assertArrayEquals(
        IntStream.range(0, odd.length).map(i -> Float.floatToRawIntBits(odd[i])).toArray(),
        IntStream.range(0, odd.length)
            .map(i -> Float.floatToRawIntBits(table.values().floatAt(table.index(odd[i]))))
            .toArray());
  }

  @Test
  void indicesTakeWholePartsOfAByte() {
    int[] counts = {1, 2, 3, 4, 5, 16, 17, 256};
    int[] bits = {1, 1, 2, 2, 4, 4, 8, 8};
    for (int i = 0; i < counts.length; i++) {
      ValueTable table = ValueTable.of(different(counts[i])).orElseThrow();
      assertEquals(bits[i], table.indexBits(), counts[i] + " values");
      assertTrue(table.values().size() < 2 * Math.max(2, counts[i]), counts[i] + " values");
    }
  }

  @Test
  void thereIsNoneOfManyValuesOrOtherTypes() {
    assertTrue(ValueTable.of(different(257)).isEmpty());
    assertTrue(ValueTable.of(floats()).isEmpty());
    assertTrue(ValueTable.of(Tensor.ofLongs(Shape.of(2), 1, 2)).isEmpty());
  }
}
