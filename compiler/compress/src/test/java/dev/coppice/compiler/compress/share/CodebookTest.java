package dev.coppice.compiler.compress.share;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class CodebookTest {
  private final Codebook codebook = new Codebook(Tensor.ofFloats(Shape.of(3), -1, 0, 4));

  @Test
  void weightsBecomeTheNearestValueOfTwoTheLower() {
    Tensor w = Tensor.ofFloats(Shape.of(2, 4), -9, -0.5f, -0.49f, 2, 2.1f, 0, -0f, 1e30f);
    Tensor indices = codebook.encode(w);
    assertEquals(DType.UINT8, indices.dtype());
    assertArrayEquals(new long[] {0, 0, 1, 1, 2, 1, 1, 2}, indices.toLongs());
    assertEquals(
        Tensor.ofFloats(Shape.of(2, 4), -1, -1, 0, 0, 4, 0, 0, 4), codebook.decode(indices));
  }

  @Test
  void indicesOfManyValuesHaveTwoBytes() {
    float[] values = new float[65536];
    for (int i = 0; i < values.length; i++) {
      values[i] = i - 30000;
    }
    Tensor w = Tensor.ofFloats(Shape.of(values.length), values);
    Codebook large = new Codebook(w);
    Tensor indices = large.encode(w);
    assertEquals(DType.UINT16, indices.dtype());
    assertEquals(65535, indices.longAt(65535));
    assertEquals(w, large.decode(indices));
  }

  @Test
  void noOtherValueIsNearer() {
    Random random = new Random(1);
    float[] values = new float[500];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian() * 3;
    }
    Tensor w = Tensor.ofFloats(Shape.of(values.length), values);
    Tensor decoded = codebook.decode(codebook.encode(w));
    for (int i = 0; i < values.length; i++) {
      for (int j = 0; j < 3; j++) {
        double other = Math.abs(values[i] - codebook.values().floatAt(j));
        assertEquals(
            Math.min(other, Math.abs(values[i] - decoded.floatAt(i))),
            Math.abs(values[i] - decoded.floatAt(i)));
      }
    }
  }

  @Test
  void bitsAreThoseOfIndicesAndValues() {
    // 16 weights of 32 bits in 4 clusters: 512 bits become 160.
    Codebook four = new Codebook(Tensor.ofFloats(Shape.of(4), 1, 2, 3, 4));
    assertEquals(2, four.indexBits());
    assertEquals(160, four.bits(16));
    assertEquals(2, codebook.indexBits());
    assertEquals(0, new Codebook(Tensor.ofFloats(Shape.of(1), 1)).indexBits());
    assertEquals(3, new Codebook(Tensor.ofFloats(Shape.of(5), 1, 2, 3, 4, 5)).indexBits());
  }

  @Test
  void centroidsThatAreEqualFloatsAreOneValue() {
    Codebook made = Codebook.of(new double[] {1, -0.0, 1 + 1e-12, 0});
    assertArrayEquals(new float[] {0, 1}, made.values().toFloats());
  }

  @Test
  void refusesValuesOutOfOrderAndWeightsThatAreNotNumbers() {
    assertEquals(
        "codebook has 2.0 after 2.0",
        message(() -> new Codebook(Tensor.ofFloats(Shape.of(2), 2, 2))));
    assertEquals(
        "codebook f32[1,2]", message(() -> new Codebook(Tensor.ofFloats(Shape.of(1, 2), 1, 2))));
    assertEquals(
        "weight 1 is NaN",
        message(() -> codebook.encode(Tensor.ofFloats(Shape.of(2), 1, Float.NaN))));
  }

  private static String message(Executable executable) {
    return assertThrows(IllegalArgumentException.class, executable).getMessage();
  }
}
