package dev.coppice.compiler.emit.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.runtime.Weights;
import dev.coppice.runtime.WeightsFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WeightsWriterTest {
  private static final String HASH =
      "ffeeddccbbaa99887766554433221100ffeeddccbbaa99887766554433221100";

  @Test
  void everyTypeSurvivesARoundTrip() {
    float[] floats = {0f, -0f, 1.1f, Float.NaN, Float.NEGATIVE_INFINITY, Float.MIN_VALUE};
    byte[] bytes = {-128, -1, 0, 127};
    short[] shorts = {Short.MIN_VALUE, -1, Short.MAX_VALUE};
    int[] ints = {Integer.MIN_VALUE, 7};
    long[] longs = {Long.MIN_VALUE, -5, Long.MAX_VALUE};
    double[] doubles = {Math.PI, Double.NEGATIVE_INFINITY};
    boolean[] booleans = {true, false, true};
    WeightsWriter writer =
        new WeightsWriter(HASH)
            .add(floats(floats))
            .add(tensor(DType.INT8, bytes, 4))
            .add(tensor(DType.INT16, shorts, 3))
            .add(tensor(DType.INT32, ints, 2))
            .add(tensor(DType.INT64, longs, 3))
            .add(tensor(DType.FLOAT64, doubles, 2))
            .add(tensor(DType.BOOL, booleans, 3))
            .add(floats());
    assertEquals(8, writer.sectionCount());

    Weights weights = read(writer);
    assertArrayEquals(floats, weights.floats());
    assertArrayEquals(bytes, weights.bytes());
    assertArrayEquals(shorts, weights.shorts());
    assertArrayEquals(ints, weights.ints());
    assertArrayEquals(longs, weights.longs());
    assertArrayEquals(doubles, weights.doubles());
    assertArrayEquals(booleans, weights.booleans());
    assertArrayEquals(new float[0], weights.floats());
    weights.end();
  }

  @Test
  void theAccountsOfSectionsAndTheHeaderAreTheFile() {
    Random random = new Random(23);
    WeightsWriter writer = new WeightsWriter(HASH);
    long sum = WeightsFormat.HEADER_BYTES;
    for (int i = 0; i < 40; i++) {
      float[] values = new float[1 + random.nextInt(700)];
      float density = random.nextFloat();
      int levels = 1 + random.nextInt(300);
      for (int j = 0; j < values.length; j++) {
        values[j] = random.nextFloat() < density ? random.nextInt(levels) * 0.013f - 0.3f : 0;
      }
      writer.add(floats(values)).add(tensor(DType.INT32, new int[i], i));
      assertTrue(writer.bits(2 * i).total() % 8 == 0, writer.form(2 * i));
      sum += writer.bits(2 * i).bytes() + writer.bits(2 * i + 1).bytes();
      assertEquals("int32", writer.form(2 * i + 1));
    }
    assertEquals(sum, writer.byteCount());
    assertEquals(sum, writer.toByteArray().length);
  }

  @Test
  void equalSectionsGiveEqualBytesOfTheStatedLength() throws IOException {
    Random random = new Random(3);
    float[] values = new float[50_000];
    float[] shared = new float[50_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat();
      shared[i] = random.nextInt(3) == 0 ? values[random.nextInt(30)] : 0;
    }
    WeightsWriter writer = new WeightsWriter(HASH).add(floats(values)).add(floats(shared));
    byte[] first = writer.toByteArray();
    ByteArrayOutputStream second = new ByteArrayOutputStream();
    new WeightsWriter(HASH).add(floats(values)).add(floats(shared)).writeTo(second);
    assertArrayEquals(first, second.toByteArray());
    assertEquals(first.length, writer.byteCount());
    Weights weights = read(writer);
    assertArrayEquals(values, weights.floats());
    assertArrayEquals(shared, weights.floats());
  }

  @Test
  void damageOfCodedSectionsIsReported() {
    Random random = new Random(8);
    float[] values = new float[600];
    for (int i = 0; i < values.length; i++) {
      int symbol = (int) Math.abs(random.nextGaussian() * 3);
      values[i] = random.nextInt(3) == 0 ? (1 + symbol) * 0.37f : 0;
    }
    WeightsWriter writer = new WeightsWriter(HASH).add(floats(values));
    assertTrue(writer.form(0).contains("Huffman-coded"), writer.form(0));
    byte[] file = writer.toByteArray();
    WeightFiles.assertDamageIsReported(HASH, file, file.length);
  }

  @Test
  void rejectsAHashThatIsNoSha256() {
    assertThrows(IllegalArgumentException.class, () -> new WeightsWriter("abcd"));
    assertThrows(IllegalArgumentException.class, () -> new WeightsWriter("xyz"));
  }

  private static Tensor floats(float... values) {
    return Tensor.ofFloats(Shape.of(values.length), values);
  }

  private static Tensor tensor(DType dtype, Object array, int size) {
    return Tensor.adopt(TensorType.of(dtype, size), array);
  }

  private static Weights read(WeightsWriter writer) {
    return WeightFiles.read(HASH, writer.toByteArray());
  }
}
