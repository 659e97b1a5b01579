package dev.coppice.compiler.emit.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.runtime.Half;
import dev.coppice.runtime.Weights;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What the compiler writes is what the runtime reads, bit for bit. */
class CodedStreamTest {
  private static final String HASH = "cd".repeat(32);

  @Test
  void codebooksOfEverySizeSurvive() {
    Random random = new Random(11);
    TreeSet<String> forms = new TreeSet<>();
    for (int symbols = 1; symbols <= 256; symbols++) {
      for (double skew : new double[] {0, 1}) {
        for (double zeros : new double[] {0, 0.3, 0.93}) {
          float[] book = new float[symbols];
          for (int s = 0; s < symbols; s++) {
            book[s] = random.nextFloat() - 0.5f;
          }
          float[] values = new float[1 + random.nextInt(symbols < 20 ? 900 : 6000)];
          for (int i = 0; i < values.length; i++) {
            int s = (int) (symbols * Math.pow(random.nextDouble(), 1 + 4 * skew));
            values[i] = random.nextDouble() < zeros ? 0 : book[s];
          }
          forms.add(roundTrip(values).replaceAll("\\d+", "n"));
        }
      }
    }
    for (String part :
        new String[] {
          "codebook of n, n bits",
          "codebook of n, n bit, ",
          "codebook of n, Huffman-coded, n of n values, bitmap",
          "codebook of n, Huffman-coded, n of n values, Huffman-coded gaps",
          "fpn",
          "constant"
        }) {
      assertTrue(forms.stream().anyMatch(f -> f.startsWith(part)), part + " is not in " + forms);
    }
  }

  @Test
  void halvesAndBfloatsSurviveAmongZeros() {
    float[] halves = new float[5000];
    float[] bfloats = new float[5000];
    Random random = new Random(12);
    for (int i = 0; i < 5000; i += 1 + random.nextInt(20)) {
      halves[i] = Half.fp16ToFloat((short) (1 + random.nextInt(0x7000)));
      bfloats[i] = Float.intBitsToFloat(random.nextInt() & 0x3FFF_0000);
    }
    assertTrue(roundTrip(halves).startsWith("float16, "), roundTrip(halves));
    assertTrue(roundTrip(bfloats).startsWith("bfloat16, "), roundTrip(bfloats));
  }

  @Test
  void negativeZeroIsAValueAndAnyNanKeepsItsBits() {
    float[] values = new float[300];
    values[7] = -0f;
    values[250] = Float.intBitsToFloat(0x7FC0_1234);
    values[251] = Float.intBitsToFloat(0xFF80_0001);
    values[299] = Float.NEGATIVE_INFINITY;
    roundTrip(values);
  }

  @Test
  void bytesAndShortsSurvive() {
    Random random = new Random(13);
    for (int spread : new int[] {0, 1, 3, 20, 127}) {
      for (int zeros = 0; zeros < 30; zeros += 7) {
        byte[] bytes = new byte[1 + random.nextInt(5000)];
        short[] shorts = new short[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
          int q = random.nextInt(2 * spread + 1) - spread;
          bytes[i] = (byte) (random.nextInt(30) < zeros ? 0 : q);
          shorts[i] = (short) (bytes[i] * (spread == 3 ? 9999 : 200));
        }
        WeightsWriter writer = new WeightsWriter(HASH);
        writer.add(Tensor.adopt(TensorType.of(DType.INT8, bytes.length), bytes));
        writer.add(Tensor.adopt(TensorType.of(DType.INT16, bytes.length), shorts));
        assertTrue(writer.bits(0).bytes() <= bytes.length + 16);
        Weights weights = read(writer);
        assertArrayEquals(bytes, weights.bytes());
        assertArrayEquals(shorts, weights.shorts());
        weights.end();
      }
    }
  }

  @Test
  void placesInOrderAreDifferences() {
    Random random = new Random(15);
    byte[] places = new byte[4000];
    int at = 0;
    for (int i = 0; i < places.length; i++) {
      at = at > 110 ? random.nextInt(17) : at + random.nextInt(17);
      places[i] = (byte) at;
    }
    WeightsWriter writer = new WeightsWriter(HASH);
    writer.add(Tensor.adopt(TensorType.of(DType.INT8, places.length), places));
    assertTrue(writer.form(0).startsWith("differences, "), writer.form(0));
    assertTrue(writer.bits(0).bytes() < 0.75 * places.length, writer.bits(0).toString());
    assertArrayEquals(places, read(writer).bytes());
    byte[][] rows = read(writer).byteRows(40);
    for (int i = 0; i < places.length; i++) {
      assertEquals(places[i], rows[i / 100][i % 100]);
    }
  }

  @Test
  void rowsOfBytesAndFloatsAreReadPieceByPiece() {
    Random random = new Random(14);
    byte[] bytes = new byte[6 * 500];
    float[] floats = new float[6 * 500];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (random.nextInt(9) == 0 ? random.nextInt(5) : 0);
      floats[i] = bytes[i] * 0.7f;
    }
    WeightsWriter writer =
        new WeightsWriter(HASH)
            .add(Tensor.adopt(TensorType.of(DType.INT8, 6, 500), bytes))
            .add(Tensor.adopt(TensorType.of(DType.FLOAT32, 6, 500), floats));
    Weights weights = read(writer);
    byte[][] byteRows = weights.byteRows(6);
    float[][] rows = weights.rows(6);
    for (int i = 0; i < bytes.length; i++) {
      assertEquals(bytes[i], byteRows[i / 500][i % 500]);
      assertEquals(floats[i], rows[i / 500][i % 500]);
    }
  }

  private static String roundTrip(float[] values) {
    Tensor data = Tensor.adopt(TensorType.of(DType.FLOAT32, values.length), values);
    WeightEncoding encoding = WeightEncoding.choose(data, 0);
    WeightsWriter writer = new WeightsWriter(HASH).add(encoding);
    assertEquals(writer.byteCount(), writer.toByteArray().length);
    float[] decoded = read(writer).floats();
    assertEquals(values.length, decoded.length);
    for (int i = 0; i < values.length; i++) {
      assertEquals(Float.floatToRawIntBits(values[i]), Float.floatToRawIntBits(decoded[i]), "" + i);
    }
    return encoding.toString();
  }

  private static Weights read(WeightsWriter writer) {
    return Weights.of(HASH, PackedWriter.pack(writer.toByteArray()).toArray(String[]::new));
  }
}
