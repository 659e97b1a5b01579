package dev.coppice.compiler.emit.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Reordered;
import dev.coppice.compiler.tensor.ScaledLevels;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.runtime.Weights;
import dev.coppice.runtime.WeightsFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SourceSectionsTest {
  private static final String HASH = "0c".repeat(32);

  /** Weights [32, 32, 3, 3]: taps first, output channels side by side. */
  private static final IntUnaryOperator LANES = i -> i % 32 * 288 + i / 32 % 32 * 9 + i / 1024;

  /** The same with 48 lanes. */
  private static final IntUnaryOperator MORE_LANES = i -> i % 48 < 32 ? wider(i) : -1;

  private static int wider(int i) {
    return LANES.applyAsInt(i / 48 * 32 + i % 48);
  }

  @Test
  void scatteredGroupsAreStoredAsTheyAreInTheTensor() {
    float[] w = groups(9216, 1);
    for (int lanes : new int[] {32, 48}) {
      Reordered reader = reordered(w, 288 * lanes, lanes == 32 ? LANES : MORE_LANES);
      long before = WeightEncoding.choose(reader, ScaledLevels.MAX_ULPS).bits().bytes();
      WeightsWriter writer = new WeightsWriter(HASH).add(reader);
      assertTypes(writer, WeightsFormat.ORDER, WeightsFormat.CODED);
      assertEquals(2, writer.taken(0));
      assertEquals(0, writer.elements(0));
      assertEquals(9216, writer.elements(1));
      assertEquals("integers of 4 bits, 288 scales", writer.form(1));
      // Half a byte an element, a scale for 32, and a few loops.
      long bytes = writer.byteCount() - WeightsFormat.HEADER_BYTES;
      assertTrue(bytes < 4608 + 4 * 288 + 120 && bytes < before, bytes + " of " + before);
      assertArrayEquals(reader.data().toFloats(), read(writer).floats());
      float[] rows = new float[288 * lanes];
      float[][] split = read(writer).rows(96);
      for (int i = 0; i < rows.length; i++) {
        rows[i] = split[i / (3 * lanes)][i % (3 * lanes)];
      }
      assertArrayEquals(reader.data().toFloats(), rows);
    }
  }

  @Test
  void aFoldedFactorKeepsElementsWithinTheStatedDeviation() {
    float[] w = groups(9216, 2);
    for (int i = 0; i < w.length; i++) {
      w[i] *= 1.1f + i / 288 * 0.037f;
    }
    Reordered reader = reordered(w, 9216, LANES);
    WeightsWriter writer = new WeightsWriter(HASH).add(reader);
    assertTypes(writer, WeightsFormat.ORDER, WeightsFormat.CODED);
    assertTrue(writer.form(1).matches(".* scales, within [12] ulp"), writer.form(1));
    float[] expected = reader.data().toFloats();
    float[] actual = read(writer).floats();
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual[i], ScaledLevels.MAX_ULPS * Math.ulp(expected[i]), "" + i);
    }
  }

  @Test
  void plainElementsOfOneReaderAreStoredInOrder() {
    Random random = new Random(3);
    float[] w = new float[9216];
    for (int i = 0; i < w.length; i++) {
      w[i] = (float) random.nextGaussian();
    }
    Reordered reader = reordered(w, 9216, LANES);
    WeightsWriter writer = new WeightsWriter(HASH).add(reader);
    assertTypes(writer, WeightsFormat.FP32);
    assertArrayEquals(reader.data().toFloats(), read(writer).floats());
  }

  @Test
  void elementsOfSeveralReadersAreStoredOnce() {
    Random random = new Random(4);
    float[] w = new float[9216];
    for (int i = 0; i < w.length; i++) {
      w[i] = (float) random.nextGaussian();
    }
    List<Reordered> readers = readers(w, LANES, MORE_LANES, i -> i);
    WeightsWriter writer = new WeightsWriter(HASH);
    List<Integer> first = writer.add(readers, ScaledLevels.MAX_ULPS);
    assertTypes(writer, WeightsFormat.ORDER, WeightsFormat.ORDER, WeightsFormat.FP32);
    assertEquals(List.of(0, 1, 2), first);
    assertEquals(List.of(3, 2, 1), first.stream().map(writer::taken).toList());
    assertTrue(writer.byteCount() < 4 * 9216 + 200);
    assertRead(writer, readers, first);
    long sum = IntStream.range(0, 3).mapToLong(i -> writer.bits(i).bytes()).sum();
    assertEquals(writer.byteCount(), WeightsFormat.HEADER_BYTES + sum);
    assertEquals(
        0, writer.bits(0).total() - 8 * WeightsFormat.ENTRY_BYTES - writer.bits(0).order());
  }

  @Test
  void aReaderWithoutAnOrderStandsAlone() {
    Random random = new Random(5);
    float[] w = groups(9216, 6);
    int[] shuffled = IntStream.range(0, 9216).map(i -> random.nextInt(9216)).toArray();
    List<Reordered> readers = readers(w, LANES, i -> shuffled[i], MORE_LANES);
    WeightsWriter writer = new WeightsWriter(HASH);
    List<Integer> first = writer.add(readers, ScaledLevels.MAX_ULPS);
    assertEquals(List.of(1, 0, 2), first);
    assertEquals(List.of(3, 1, 2), first.stream().map(writer::taken).toList());
    assertRead(writer, readers, first);
  }

  @Test
  void whatIsSmallerThanAnOrderIsStoredTwice() {
    float[] equal = {3, 3, 3, 3};
    List<Reordered> readers = readers(equal, i -> i % 2 * 2 + i / 2, i -> i);
    WeightsWriter writer = new WeightsWriter(HASH);
    assertEquals(List.of(0, 1), writer.add(readers, ScaledLevels.MAX_ULPS));
    assertTypes(writer, WeightsFormat.CONSTANT, WeightsFormat.CONSTANT);
    assertRead(writer, readers, List.of(0, 1));
  }

  @Test
  void integersAreStoredOnce() {
    Random random = new Random(7);
    for (DType dtype : List.of(DType.INT8, DType.UINT8, DType.INT16, DType.UINT16)) {
      for (int most : new int[] {3, 250}) {
        Tensor source =
            Tensor.fromLongs(TensorType.of(dtype, 9216), i -> random.nextInt(most) - most / 2);
        List<Reordered> readers = new ArrayList<>();
        for (IntUnaryOperator order : List.of(LANES, (IntUnaryOperator) i -> 9215 - i)) {
          readers.add(
              new Reordered(
                  Tensor.fromLongs(source.type(), i -> source.longAt(order.applyAsInt(i))),
                  source,
                  order));
        }
        WeightsWriter writer = new WeightsWriter(HASH);
        List<Integer> first = writer.add(readers, ScaledLevels.MAX_ULPS);
        assertEquals(List.of(0, 1), first);
        assertEquals(3, writer.sectionCount());
        for (int r = 0; r < 2; r++) {
          Weights in = read(writer);
          in.skip(r);
          Object expected = readers.get(r).data().toArray();
          if (dtype.storage() == DType.Storage.BYTE) {
            assertArrayEquals((byte[]) expected, in.bytes());
          } else {
            assertArrayEquals((short[]) expected, in.shorts());
          }
        }
      }
    }
  }

  @Test
  void damageOfAnOrderIsReported() {
    WeightsWriter writer =
        new WeightsWriter(HASH).add(reordered(groups(9216, 8), 13_824, MORE_LANES));
    assertTypes(writer, WeightsFormat.ORDER, WeightsFormat.CODED);
    byte[] file = writer.toByteArray();
    int orderEnd = WeightsFormat.HEADER_BYTES + 2 * 16 + (int) (writer.bits(0).order() / 8);
    WeightFiles.assertDamageIsReported(HASH, file, orderEnd + 40);
  }

  private static void assertTypes(WeightsWriter writer, int... types) {
    assertEquals(types.length, writer.sectionCount());
    byte[] file = writer.toByteArray();
    assertEquals(writer.byteCount(), file.length);
    for (int i = 0; i < types.length; i++) {
      assertEquals(types[i], file[WeightsFormat.HEADER_BYTES + 16 * i], writer.form(i));
    }
  }

  private static void assertRead(
      WeightsWriter writer, List<Reordered> readers, List<Integer> first) {
    for (int r = 0; r < readers.size(); r++) {
      Weights in = read(writer);
      in.skip(first.get(r));
      assertArrayEquals(readers.get(r).data().toFloats(), in.floats());
      assertEquals(
          writer.sectionCount() - first.get(r) - writer.taken(first.get(r)), in.remaining());
      in.skip(in.remaining());
      in.end();
    }
  }

  private static List<Reordered> readers(float[] w, IntUnaryOperator... orders) {
    Tensor source = Tensor.ofFloats(Shape.of(w.length), w);
    List<Reordered> readers = new ArrayList<>();
    for (IntUnaryOperator order : orders) {
      readers.add(reordered(source, order == MORE_LANES ? 13_824 : w.length, order));
    }
    return readers;
  }

  private static Reordered reordered(float[] w, int size, IntUnaryOperator order) {
    return reordered(Tensor.ofFloats(Shape.of(w.length), w), size, order);
  }

  private static Reordered reordered(Tensor source, int size, IntUnaryOperator order) {
    float[] data = new float[size];
    for (int i = 0; i < size; i++) {
      data[i] = order.applyAsInt(i) < 0 ? 0 : source.floatAt(order.applyAsInt(i));
    }
    return new Reordered(Tensor.ofFloats(Shape.of(size), data), source, order);
  }

  /** Integers of four bits with a scale for 32. */
  private static float[] groups(int size, long seed) {
    Random random = new Random(seed);
    float[] w = new float[size];
    float scale = 0;
    for (int i = 0; i < size; i++) {
      scale = i % 32 == 0 ? 0.01f + random.nextFloat() : scale;
      w[i] = (random.nextInt(16) - 8) * scale;
    }
    return w;
  }

  private static Weights read(WeightsWriter writer) {
    return WeightFiles.read(HASH, writer.toByteArray());
  }
}
