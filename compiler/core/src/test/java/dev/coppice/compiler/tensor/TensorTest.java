package dev.coppice.compiler.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class TensorTest {
  private static Tensor longs(DType dtype, long... values) {
    return Tensor.fromLongs(TensorType.of(dtype, values.length), i -> values[i]);
  }

  private static Tensor doubles(DType dtype, double... values) {
    return Tensor.fromDoubles(TensorType.of(dtype, values.length), i -> values[i]);
  }

  @Test
  void integersWrapToTheirWidth() {
    assertArrayEquals(new long[] {44, -128, -1}, longs(DType.INT8, 300, 128, -1).toLongs());
    assertArrayEquals(new long[] {44, 128, 255}, longs(DType.UINT8, 300, 128, -1).toLongs());
    assertArrayEquals(new long[] {-32768, 1}, longs(DType.INT16, 32768, 65537).toLongs());
    assertArrayEquals(new long[] {32768, 1}, longs(DType.UINT16, 32768, 65537).toLongs());
    assertArrayEquals(new long[] {Integer.MIN_VALUE}, longs(DType.INT32, 1L << 31).toLongs());
    assertArrayEquals(new long[] {1L << 31}, longs(DType.UINT32, 1L << 31).toLongs());
    assertArrayEquals(new long[] {-1}, longs(DType.UINT64, -1).toLongs());
    assertArrayEquals(new long[] {1, 0}, longs(DType.BOOL, 256, 0).toLongs());
  }

  @Test
  void doublesAreTruncatedToIntegersAndRoundedToFloats() {
    assertArrayEquals(new long[] {-1, 2, 0}, doubles(DType.INT32, -1.9, 2.9, 0.9).toLongs());
    assertArrayEquals(new long[] {1, 0, 1}, doubles(DType.BOOL, 0.1, -0.0, -3).toLongs());
    assertEquals(0.1f, doubles(DType.FLOAT32, 0.1).floatAt(0));
    assertEquals(0.1, doubles(DType.FLOAT64, 0.1).doubleAt(0));
    assertEquals(2048, doubles(DType.FLOAT16, 2049).doubleAt(0));
    assertEquals(256, doubles(DType.BFLOAT16, 257).doubleAt(0));
    assertEquals(Long.MIN_VALUE, doubles(DType.UINT64, 0x1p63).longAt(0));
  }

  @Test
  void uint64IsReadWithoutSign() {
    assertEquals(0x1p64, longs(DType.UINT64, -1).doubleAt(0));
    assertEquals(0x1p63, longs(DType.UINT64, Long.MIN_VALUE).doubleAt(0));
    assertEquals(7, longs(DType.UINT64, 7).doubleAt(0));
  }

  @Test
  void splatIsOneElementThatStandsForAll() {
    Tensor s = Tensor.splat(TensorType.of(DType.FLOAT32, 1000, 1000, 1000), 2.5);
    assertTrue(s.isSplat());
    assertEquals(2.5, s.doubleAt(999_999_999));
    Tensor small = Tensor.splat(TensorType.of(DType.FLOAT32, 2, 2), 2.5);
    assertArrayEquals(new float[] {2.5f, 2.5f, 2.5f, 2.5f}, small.toFloats());
    assertArrayEquals(new float[] {2.5f, 2.5f, 2.5f, 2.5f}, (float[]) small.toArray());
    assertTrue(small.reshape(Shape.of(4)).isSplat());
    assertTrue(small.gather(Shape.of(7), i -> 0).isSplat());
    assertEquals(7, small.gather(Shape.of(7), i -> 0).size());
    assertEquals(-1, Tensor.splatLong(TensorType.of(DType.UINT64, 3), -1).longAt(2));
  }

  @Test
  void splatEqualsTheDenseTensorOfItsElements() {
    Tensor dense = Tensor.ofFloats(Shape.of(3), 2, 2, 2);
    Tensor splat = Tensor.splat(dense.type(), 2);
    assertEquals(dense, splat);
    assertEquals(splat, dense);
    assertEquals(dense.hashCode(), splat.hashCode());
    assertNotEquals(splat, Tensor.ofFloats(Shape.of(3), 2, 2, 3));
    assertNotEquals(splat, Tensor.ofFloats(Shape.of(3, 1), 2, 2, 2));
  }

  @Test
  void equalityLooksAtEveryBit() {
    assertNotEquals(Tensor.scalar(0f), Tensor.scalar(-0f));
    assertEquals(Tensor.scalar(Float.NaN), Tensor.scalar(Float.NaN));
    long big = (1L << 53) + 1;
    Tensor one = Tensor.splatLong(TensorType.of(DType.INT64, 2), big);
    assertNotEquals(one, Tensor.splatLong(TensorType.of(DType.INT64, 2), big - 1));
    Tensor bits = Tensor.splatLong(TensorType.of(DType.UINT64, 2), big);
    assertNotEquals(bits, Tensor.splatLong(TensorType.of(DType.UINT64, 2), big - 1));
  }

  @Test
  void resultsAreCopies() {
    Tensor t = Tensor.ofFloats(Shape.of(2), 1, 2);
    t.toFloats()[0] = 9;
    ((float[]) t.toArray())[1] = 9;
    assertArrayEquals(new float[] {1, 2}, t.toFloats());
  }

  @Test
  void gatherPicksElements() {
    Tensor t = longs(DType.INT16, 5, 6, 7);
    Tensor g = t.gather(Shape.of(2, 2), i -> 2 - i / 2);
    assertEquals(TensorType.of(DType.INT16, 2, 2), g.type());
    assertArrayEquals(new int[] {7, 7, 6, 6}, g.toInts());
    assertFalse(g.isSplat());
  }

  @Test
  void reshapeKeepsTheOrderAndNeedsTheSameSize() {
    Tensor t = Tensor.ofFloats(Shape.of(2, 3), 1, 2, 3, 4, 5, 6);
    assertEquals(Tensor.ofFloats(Shape.of(3, 2), 1, 2, 3, 4, 5, 6), t.reshape(Shape.of(3, 2)));
    assertEquals(
        "f32[2,3] cannot be reshaped to [4]",
        assertThrows(IllegalArgumentException.class, () -> t.reshape(Shape.of(4))).getMessage());
  }

  @Test
  void arrayMustFitTheType() {
    assertEquals(
        "f32[3] cannot hold 2 elements",
        assertThrows(
                IllegalArgumentException.class, () -> Tensor.ofFloats(Shape.of(3), new float[2]))
            .getMessage());
    assertEquals(
        "i32[2] is stored as INT, got class [J",
        assertThrows(
                IllegalArgumentException.class,
                () -> Tensor.adopt(TensorType.of(DType.INT32, 2), new long[2]))
            .getMessage());
    assertThrows(ArithmeticException.class, () -> longs(DType.INT64, 1L << 31).toInts());
  }

  @Test
  void textShowsFewElements() {
    assertEquals("f32[2] {1.0, -0.5}", Tensor.ofFloats(Shape.of(2), 1, -0.5f).toString());
    assertEquals("u8[1] {255}", longs(DType.UINT8, -1).toString());
    assertEquals("i64[17]", Tensor.ofLongs(Shape.of(17), new long[17]).toString());
    assertEquals("f32[0] {}", Tensor.ofFloats(Shape.of(0)).toString());
  }

  @Test
  void negativeZerosAreTold() {
    assertTrue(Tensor.ofFloats(Shape.of(2), 0, -0f).hasNegativeZero());
    assertTrue(Tensor.splat(TensorType.of(DType.FLOAT32, 3), -0.0).hasNegativeZero());
    assertFalse(Tensor.ofFloats(Shape.of(2), 0, -1).hasNegativeZero());
  }
}
