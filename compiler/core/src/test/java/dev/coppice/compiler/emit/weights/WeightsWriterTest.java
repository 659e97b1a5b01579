package dev.coppice.compiler.emit.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.coppice.runtime.Half;
import dev.coppice.runtime.Weights;
import dev.coppice.runtime.WeightsFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
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
            .addFloats(floats)
            .addBytes(bytes)
            .addShorts(shorts)
            .addInts(ints)
            .addLongs(longs)
            .addDoubles(doubles)
            .addBooleans(booleans)
            .addFloats(new float[0]);
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
  void narrowFloatsAreRoundedOnce() {
    float[] values = {1.1f, -65504f, 1e-7f, 3e38f};
    Weights weights = read(new WeightsWriter(HASH).addHalf(values).addBfloat16(values));
    float[] half = weights.floats();
    float[] bfloat = weights.floats();
    for (int i = 0; i < values.length; i++) {
      assertEquals(Half.fp16ToFloat(Half.floatToFp16(values[i])), half[i]);
      assertEquals(Half.bf16ToFloat(Half.floatToBf16(values[i])), bfloat[i]);
    }
  }

  @Test
  void perChannelBytesAreScaledAlongAnInnerAxis() {
    byte[] values = new byte[2 * 3 * 5];
    new Random(5).nextBytes(values);
    float[] scales = {0.5f, 0.25f, 3f};
    float[] actual = read(new WeightsWriter(HASH).addInt8PerChannel(values, scales, 5)).floats();
    for (int n = 0; n < 2; n++) {
      for (int c = 0; c < 3; c++) {
        for (int k = 0; k < 5; k++) {
          int i = (n * 3 + c) * 5 + k;
          assertEquals(values[i] * scales[c], actual[i]);
        }
      }
    }
  }

  @Test
  void perChannelBytesMustFillTheChannels() {
    WeightsWriter writer = new WeightsWriter(HASH);
    byte[] values = new byte[10];
    assertThrows(
        IllegalArgumentException.class,
        () -> writer.addInt8PerChannel(values, new float[] {1, 2, 3}, 1));
    assertThrows(
        IllegalArgumentException.class,
        () -> writer.addInt8PerChannel(values, new float[] {1, 2}, 0));
  }

  @Test
  void sparseFloatsSurviveAtEveryDensity() {
    Random random = new Random(17);
    for (int density = 0; density <= 1000; density += density < 10 ? 1 : 55) {
      float[] values = new float[1 + random.nextInt(3000)];
      for (int i = 0; i < values.length; i++) {
        values[i] = random.nextInt(1000) < density ? random.nextFloat() - 0.5f : 0f;
      }
      values[values.length / 2] = -0f;
      Weights weights = read(new WeightsWriter(HASH).addSparse(values));
      assertArrayEquals(values, weights.floats());
    }
  }

  @Test
  void sparseFloatsTakeTheSmallerEncoding() {
    float[] few = new float[100_000];
    few[99_999] = 1;
    WeightsWriter writer = new WeightsWriter(HASH).addSparse(few);
    assertEquals(WeightsFormat.SPARSE_DELTA, writer.encodings().get(0).type());
    assertEquals(4 + 3, writer.encodings().get(0).bytes());
    float[] many = new float[100];
    Arrays.fill(many, 0, 50, 1);
    writer.addSparse(many);
    assertEquals(WeightsFormat.SPARSE_BITMAP, writer.encodings().get(1).type());
    assertEquals(50 * 4 + 13, writer.encodings().get(1).bytes());
  }

  @Test
  void equalSectionsGiveEqualBytesOfTheStatedLength() throws IOException {
    Random random = new Random(3);
    float[] values = new float[50_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat();
    }
    WeightsWriter writer = new WeightsWriter(HASH).addFloats(values).addBytes(new byte[3]);
    byte[] first = writer.toByteArray();
    ByteArrayOutputStream second = new ByteArrayOutputStream();
    new WeightsWriter(HASH).addFloats(values).addBytes(new byte[3]).writeTo(second);
    assertArrayEquals(first, second.toByteArray());
    assertEquals(first.length, writer.byteCount());
    assertArrayEquals(values, read(writer).floats());
  }

  @Test
  void rejectsAHashThatIsNoSha256() {
    assertThrows(IllegalArgumentException.class, () -> new WeightsWriter("abcd"));
    assertThrows(IllegalArgumentException.class, () -> new WeightsWriter("xyz"));
  }

  private static Weights read(WeightsWriter writer) {
    String[] chunks = PackedWriter.pack(writer.toByteArray()).toArray(String[]::new);
    return Weights.of(HASH, chunks);
  }
}
