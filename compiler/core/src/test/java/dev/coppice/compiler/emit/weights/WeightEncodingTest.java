package dev.coppice.compiler.emit.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.ScaledLevels;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.runtime.Weights;
import dev.coppice.runtime.WeightsFormat;
import java.util.List;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

class WeightEncodingTest {
  private static final String HASH = "ab".repeat(32);

  @Test
  void aSplatTakesFourBytesWhateverItsSize() {
    Tensor splat = Tensor.splat(TensorType.of(DType.FLOAT32, 25_088, 4096), 0.02);
    WeightEncoding encoding = WeightEncoding.choose(splat, 0);
    assertEquals(WeightsFormat.CONSTANT, encoding.type());
    assertEquals(4, encoding.bytes());
  }

  @Test
  void equalElementsAreAConstant() {
    float[] values = new float[1000];
    java.util.Arrays.fill(values, -0f);
    assertType(WeightsFormat.CONSTANT, values, 0);
    values[999] = 0;
    assertForm("codebook of 1, 0 bits", values, 0);
  }

  @Test
  void emptyAndSingleTensorsSurvive() {
    assertType(WeightsFormat.FP32, new float[0], 2);
    assertType(WeightsFormat.FP32, new float[] {0.1f}, 2);
  }

  @Test
  void randomFloatsStayFloats() {
    assertType(WeightsFormat.FP32, random(64 * 288, 1), ScaledLevels.MAX_ULPS);
  }

  @Test
  void valuesThatHalfPrecisionHoldsAreHalves() {
    float[] values = random(999, 2);
    for (int i = 0; i < values.length; i++) {
      values[i] =
          dev.coppice.runtime.Half.fp16ToFloat(dev.coppice.runtime.Half.floatToFp16(values[i]));
    }
    assertType(WeightsFormat.FP16, values, 0);
  }

  @Test
  void bytesInChannelsAreFound() {
    for (IntUnaryOperator channel :
        List.<IntUnaryOperator>of(i -> i / 144, i -> i % 32, i -> i / 18 % 32)) {
      float[] values = quantized(32 * 144, channel, 32, 1);
      WeightEncoding encoding = assertForm("integers of 8 bits, 32 scales", values, 0);
      assertEquals(16 + 4 + 4 + 20 + 32 * 4 + values.length, encoding.bits().bytes());
      assertEquals(encoding.bits().bytes() - 16, encoding.bytes());
      assertEquals(0, encoding.ulps());
    }
  }

  @Test
  void oneScaleForAllIsOneScale() {
    float[] values = quantized(1000, i -> 0, 1, 4);
    assertForm("integers of 8 bits, 1 scale", values, 0);
  }

  @Test
  void fourBitsInBlocksTakeHalfAByteAndAScaleABlock() {
    Random random = new Random(31);
    float[] values = new float[64 * 128];
    for (int block = 0; block < values.length / 32; block++) {
      float scale = random.nextFloat() * 0.1f;
      for (int i = 0; i < 32; i++) {
        values[block * 32 + i] = (random.nextInt(16) - 8) * scale;
      }
    }
    WeightEncoding encoding = assertForm("integers of 4 bits, 256 scales", values, 0);
    assertEquals(4L * values.length, encoding.bits().values());
    assertEquals(8 * (20 + 4 * 256), encoding.bits().scales());
    assertEquals(4 + 4 + 20 + 4 * 256 + values.length / 2, encoding.bytes());
  }

  @Test
  void twoBitsInChannelsTakeAQuarterOfAByte() {
    Random random = new Random(32);
    float[] scales = random(16, 33);
    float[] values = new float[16 * 300];
    for (int i = 0; i < values.length; i++) {
      values[i] = (random.nextInt(4) - 2) * Math.abs(scales[i / 300]);
    }
    WeightEncoding encoding = assertForm("integers of 2 bits, 16 scales", values, 0);
    assertEquals(2L * values.length, encoding.bits().values());
  }

  @Test
  void sixteenBitsTakeTwoBytes() {
    Random random = new Random(34);
    float[] values = new float[16 * 300];
    for (int i = 0; i < values.length; i++) {
      values[i] = (random.nextInt(65_535) - 32_767) * 0.00001f;
    }
    WeightEncoding encoding = assertForm("integers of 16 bits, 1 scale", values, 0);
    assertEquals(16L * values.length, encoding.bits().values());
  }

  @Test
  void ternaryWeightsTakeLessThanTwoBitsAndBinaryOnesOne() {
    Random random = new Random(35);
    float[] scales = random(32, 36);
    float[] ternary = new float[32 * 288];
    float[] binary = new float[32 * 288];
    for (int i = 0; i < ternary.length; i++) {
      float scale = Math.abs(scales[i / 288]);
      ternary[i] = random.nextDouble() < 0.43 ? 0 : random.nextBoolean() ? scale : -scale;
      binary[i] = random.nextBoolean() ? scale : -scale;
    }
    WeightEncoding three =
        assertForm("codebook of 2, 1 bit, 32 scales, 5219 of 9216 values, bitmap", ternary, 0);
    assertTrue(three.bits().values() + three.bits().positions() < 1.6 * ternary.length);
    WeightEncoding two = assertForm("codebook of 2, 1 bit, 32 scales", binary, 0);
    assertEquals(binary.length, two.bits().values());
    for (int i = 0; i < ternary.length; i++) {
      ternary[i] = Math.signum(ternary[i]) * 0.1f;
      binary[i] = Math.signum(binary[i]) * 0.1f;
    }
    assertForm("codebook of 2, 1 bit, 5219 of 9216 values, bitmap", ternary, 0);
    assertForm("codebook of 2, 1 bit", binary, 0);
  }

  @Test
  void skewedBytesAreHuffmanCoded() {
    Random random = new Random(37);
    float[] values = new float[64 * 288];
    for (int i = 0; i < values.length; i++) {
      long q = Math.round(random.nextGaussian() * 20);
      values[i] = Math.max(-127, Math.min(127, q)) * (float) Math.exp(i / 288 % 7);
    }
    WeightEncoding encoding = WeightEncoding.choose(tensor(values), ScaledLevels.MAX_ULPS);
    assertTrue(encoding.toString().startsWith("integers, Huffman-coded"), encoding.toString());
    assertTrue(encoding.bytes() < 0.85 * values.length, encoding.toString());
  }

  @Test
  void prunedBytesLeaveZerosOut() {
    float[] values = prune(quantized(64 * 144, i -> i / 144, 64, 5), 0.8, 6);
    WeightEncoding most = WeightEncoding.choose(tensor(values), 0);
    assertTrue(most.toString().contains(" of 9216 values, "), most.toString());
    assertTrue(most.bytes() < 1.2 * (64 * 4 + 0.2 * 9216 + 0.73 * 9216 / 8), most.toString());
    assertArrayEquals(values, decode(tensor(values), 0));
  }

  @Test
  void prunedFloatsLeaveZerosOut() {
    assertForm(
        "float32, 1530 of 5000 values, Huffman-coded gaps", prune(random(5000, 9), 0.7, 10), 2);
    assertForm("float32, 150 of 5000 values, gaps of 6 bits", prune(random(5000, 11), 0.97, 12), 2);
  }

  @Test
  void prunedAndSharedWeightsTakeTheirEntropy() {
    // Deep Compression: 90 % zeros, the others one of 16 values.
    Random random = new Random(38);
    float[] book = random(16, 39);
    float[] values = new float[256 * 1000];
    for (int i = 0; i < values.length; i++) {
      int s = (int) Math.min(15, Math.abs(random.nextGaussian() * 4));
      values[i] = random.nextInt(10) == 0 ? book[s] : 0;
    }
    WeightEncoding encoding = WeightEncoding.choose(tensor(values), 0);
    assertTrue(
        encoding.toString().startsWith("codebook of 16, Huffman-coded, "), encoding.toString());
    assertTrue(encoding.toString().endsWith(" values, Huffman-coded gaps"), encoding.toString());
    // 32 bits an element against 0.47 of positions and a tenth of at most 4 of symbols.
    assertTrue(encoding.bytes() * 36 < 4L * values.length, encoding.toString());
    assertArrayEquals(values, decode(tensor(values), 0));
  }

  @Test
  void aFoldedFactorKeepsBytesWithinTheStatedDeviation() {
    int worst = 0;
    for (int seed = 0; seed < 200; seed++) {
      float[] values = prune(quantized(16 * 72, i -> i / 72, 16, seed), seed % 3 * 0.4, seed);
      Random random = new Random(seed);
      float[] factors = new float[16];
      for (int c = 0; c < 16; c++) {
        factors[c] = (random.nextFloat() + 0.01f) * (random.nextBoolean() ? 3 : -3);
      }
      for (int i = 0; i < values.length; i++) {
        values[i] *= factors[i / 72];
      }
      WeightEncoding encoding = WeightEncoding.choose(tensor(values), ScaledLevels.MAX_ULPS);
      assertTrue(encoding.bytes() <= 28 + 16 * 4 + values.length, encoding.toString());
      assertTrue(encoding.toString().endsWith("ulp") == encoding.ulps() > 0);
      worst = Math.max(worst, encoding.ulps());
      float[] decoded = decode(tensor(values), ScaledLevels.MAX_ULPS);
      for (int i = 0; i < values.length; i++) {
        assertEquals(values[i], decoded[i], encoding.ulps() * Math.ulp(values[i]));
      }
    }
    assertTrue(worst >= 1 && worst <= ScaledLevels.MAX_ULPS, "worst " + worst);
  }

  @Test
  void withoutDeviationFoldedBytesStayFloats() {
    float[] values = quantized(16 * 72, i -> i / 72, 16, 21);
    for (int i = 0; i < values.length; i++) {
      values[i] *= 1.1f;
    }
    assertType(WeightsFormat.FP32, values, 0);
  }

  @Test
  void anInfiniteOrUndefinedWeightIsNoByte() {
    float[] values = quantized(1000, i -> 0, 1, 4);
    values[500] = Float.POSITIVE_INFINITY;
    assertForm("codebook of 251, 8 bits", values, 2);
    values[500] = Float.NaN;
    assertForm("codebook of 251, 8 bits", values, 2);
  }

  @Test
  void everyElementTypeIsWrittenAsItsSection() {
    WeightsWriter writer = new WeightsWriter(HASH);
    for (DType dtype : DType.values()) {
      writer.add(Tensor.fromLongs(TensorType.of(dtype, 3), i -> i));
    }
    Weights weights = read(writer);
    assertArrayEquals(new float[] {0, 1, 2}, weights.floats());
    assertArrayEquals(new double[] {0, 1, 2}, weights.doubles());
    assertArrayEquals(new short[] {0, 0x3C00, 0x4000}, weights.shorts());
    assertArrayEquals(new short[] {0, 0x3F80, 0x4000}, weights.shorts());
    for (int unsigned = 0; unsigned < 2; unsigned++) {
      assertArrayEquals(new byte[] {0, 1, 2}, weights.bytes());
      assertArrayEquals(new short[] {0, 1, 2}, weights.shorts());
      assertArrayEquals(new int[] {0, 1, 2}, weights.ints());
      assertArrayEquals(new long[] {0, 1, 2}, weights.longs());
    }
    assertArrayEquals(new boolean[] {false, true, true}, weights.booleans());
    // int4, uint4, then int2, which wraps, then the rest.
    assertArrayEquals(new byte[] {0, 1, 2}, weights.bytes());
    assertArrayEquals(new byte[] {0, 1, 2}, weights.bytes());
    assertArrayEquals(new byte[] {0, 1, -2}, weights.bytes());
    for (int others = 0; others < 7; others++) {
      assertArrayEquals(new byte[] {0, 1, 2}, weights.bytes());
    }
    weights.end();
  }

  @Test
  void integersAreNotEncodedAsFloats() {
    Tensor ints = Tensor.fromLongs(TensorType.of(DType.INT32, 3), i -> i);
    assertThrows(IllegalArgumentException.class, () -> WeightEncoding.choose(ints, 0));
  }

  @Test
  void rowsAreReadFromEverySection() {
    float[] sparse = prune(quantized(12 * 32, i -> i % 32, 32, 13), 0.8, 14);
    float[] dense = quantized(12 * 32, i -> i % 32, 32, 15);
    WeightsWriter writer = new WeightsWriter(HASH);
    writer.add(tensor(sparse)).add(tensor(dense));
    writer.add(Tensor.splat(TensorType.of(DType.FLOAT32, 12, 32), 3));
    Weights weights = read(writer);
    float[][] a = weights.rows(12);
    float[][] b = weights.rows(12);
    float[][] c = weights.rows(12);
    for (int i = 0; i < sparse.length; i++) {
      assertEquals(sparse[i], a[i / 32][i % 32]);
      assertEquals(dense[i], b[i / 32][i % 32]);
      assertEquals(3, c[i / 32][i % 32]);
    }
  }

  private static WeightEncoding assertForm(String form, float[] values, int maxUlps) {
    WeightEncoding encoding = WeightEncoding.choose(tensor(values), maxUlps);
    assertEquals(form, encoding.toString());
    assertArrayEquals(values, decode(tensor(values), maxUlps));
    return encoding;
  }

  private static WeightEncoding assertType(int type, float[] values, int maxUlps) {
    WeightEncoding encoding = WeightEncoding.choose(tensor(values), maxUlps);
    assertEquals(
        WeightsFormat.typeName(type), WeightsFormat.typeName(encoding.type()), encoding.toString());
    assertArrayEquals(values, decode(tensor(values), maxUlps));
    return encoding;
  }

  private static float[] decode(Tensor data, int maxUlps) {
    WeightsWriter writer = new WeightsWriter(HASH).add(WeightEncoding.choose(data, maxUlps));
    assertEquals(writer.byteCount(), writer.toByteArray().length);
    return read(writer).floats();
  }

  private static Weights read(WeightsWriter writer) {
    return Weights.of(HASH, PackedWriter.pack(writer.toByteArray()).toArray(String[]::new));
  }

  private static Tensor tensor(float[] values) {
    return Tensor.ofFloats(Shape.of(values.length), values);
  }

  private static float[] random(int size, long seed) {
    Random random = new Random(seed);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static float[] quantized(int size, IntUnaryOperator channel, int channels, long seed) {
    Random random = new Random(seed);
    float[] scales = random(channels, seed + 1000);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (random.nextInt(255) - 127) * Math.abs(scales[channel.applyAsInt(i)]);
    }
    return values;
  }

  private static float[] prune(float[] values, double fraction, long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextDouble() < fraction ? 0 : values[i];
    }
    return values;
  }
}
