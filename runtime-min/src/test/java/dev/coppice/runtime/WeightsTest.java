package dev.coppice.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

@SuppressWarnings("ByteBufferBackingArray") // All buffers here are whole arrays.
class WeightsTest {
  private static final String HASH =
      "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

  @Test
  void readsSectionsInOrder() {
    Weights weights = open(twoSections());
    assertEquals(2, weights.remaining());
    assertArrayEquals(new float[] {1.5f, -0f, Float.NaN}, weights.floats());
    assertEquals(1, weights.remaining());
    assertArrayEquals(new byte[] {-1, 127}, weights.bytes());
    weights.end();
  }

  @Test
  void skipsSections() {
    Weights weights = open(twoSections());
    weights.skip(1);
    assertArrayEquals(new byte[] {-1, 127}, weights.bytes());
    weights.skip(0);
    weights.end();
    weights = open(twoSections());
    weights.skip(2);
    weights.end();
    Weights over = weights;
    assertThrows(IllegalStateException.class, () -> over.skip(1));
  }

  @Test
  void skipsMoreThanItsWindow() {
    byte[] data = new byte[200_003];
    data[200_000] = 5;
    data[200_002] = 7;
    int[][] sections = {{WeightsFormat.INT8, 200_000, 0, 0}, {WeightsFormat.INT8, 3, 0, 0}};
    Weights weights = open(file(sections, data));
    weights.skip(1);
    assertArrayEquals(new byte[] {5, 0, 7}, weights.bytes());
  }

  @Test
  void checksSectionsThatItSkips() {
    byte[] file = twoSections();
    file[file.length - 1] ^= 1;
    Weights weights = open(file);
    assertTrue(
        assertThrows(IllegalStateException.class, () -> weights.skip(2))
            .getMessage()
            .startsWith("[WeightsDamaged]"));
  }

  @Test
  void decodesPerChannelScales() {
    byte[] data =
        data(16).putFloat(2f).putFloat(-0.5f).put(bytes(1, 2, 3, 4, 5, 6, -128, 127)).array();
    byte[] file = file(new int[][] {{WeightsFormat.INT8_PER_CHANNEL, 8, 2, 2}}, data);
    float[] expected = {2, 4, -1.5f, -2, 10, 12, 64, -63.5f};
    assertArrayEquals(expected, open(file).floats());
    assertArrayEquals(
        new float[][] {{2, 4}, {-1.5f, -2}, {10, 12}, {64, -63.5f}}, open(file).rows(4));
  }

  @Test
  void decodesBitmap() {
    byte[] data = data(14).putFloat(7).putFloat(8).putFloat(9).put(bytes(0x81, 0x02)).array();
    byte[] file = file(new int[][] {{WeightsFormat.SPARSE_BITMAP, 10, 3, 2}}, data);
    assertArrayEquals(new float[] {7, 0, 0, 0, 0, 0, 0, 8, 0, 9}, open(file).floats());
    assertArrayEquals(new float[][] {{7, 0, 0, 0, 0}, {0, 0, 8, 0, 9}}, open(file).rows(2));
  }

  @Test
  void decodesDistancesIntoTheMiddleOfAnArray() {
    byte[] data = data(11).putFloat(7).putFloat(8).put(bytes(0x00, 0x80, 0x01)).array();
    byte[] file = file(new int[][] {{WeightsFormat.SPARSE_DELTA, 131, 2, 3}}, data);
    float[] dst = new float[135];
    Arrays.fill(dst, 5);
    assertEquals(131, open(file).floats(dst, 2));
    float[] expected = new float[135];
    expected[0] = expected[1] = expected[133] = expected[134] = 5;
    expected[2] = 7;
    expected[131] = 8;
    assertArrayEquals(expected, dst);
  }

  @Test
  void decodesAConstant() {
    byte[] file =
        file(new int[][] {{WeightsFormat.CONSTANT, 4, 0, 0}}, data(4).putFloat(-3).array());
    assertArrayEquals(new float[] {-3, -3, -3, -3}, open(file).floats());
    assertArrayEquals(new float[][] {{-3, -3}, {-3, -3}}, open(file).rows(2));
  }

  @Test
  void decodesSparseBytesWithABitmap() {
    byte[] file = sparseBytes(WeightsFormat.INT8_BITMAP, 2, 2, bytes(0xC5, 0x01), 10);
    float[] expected = {2, 0, -4 * 0.5f, 0, 0, 0, 127 * 0.5f, -128 * 0.5f, 12, 0};
    assertArrayEquals(expected, open(file).floats());
    assertArrayEquals(new float[][] {{2, 0, -2, 0, 0}, {0, 63.5f, -64, 12, 0}}, open(file).rows(2));
  }

  @Test
  void decodesSparseBytesWithDistances() {
    byte[] file = sparseBytes(WeightsFormat.INT8_DELTA, 2, 2, bytes(0, 1, 3, 0, 0x80, 0x01), 140);
    float[] expected = new float[140];
    expected[0] = 2;
    expected[2] = -2;
    expected[6] = 63.5f;
    expected[7] = -64;
    expected[136] = 12;
    assertArrayEquals(expected, open(file).floats());
  }

  @Test
  void rejectsScalesThatDoNotFitTheSection() {
    byte[] positions = bytes(0xC5, 0x01);
    for (int[] header : new int[][] {{1, 2}, {3, 2}, {0, 2}, {-1, 2}, {2, 0}, {2, -2}}) {
      byte[] file = sparseBytes(WeightsFormat.INT8_BITMAP, header[0], header[1], positions, 10);
      assertError(file, "[WeightsDamaged]", "expected scales that fit the section, found");
    }
    byte[] delta = sparseBytes(WeightsFormat.INT8_DELTA, 3, 2, bytes(0, 1, 3, 0, 2), 140);
    assertError(delta, "[WeightsDamaged]", "expected scales that fit the section, found 3");
  }

  @Test
  void rejectsEntriesThatNoSectionHas() {
    int[][] entries = {
      {WeightsFormat.INT8_BITMAP, 8, 9, 13},
      {WeightsFormat.INT8_BITMAP, 8, 1, 14},
      {WeightsFormat.INT8_DELTA, 8, 3, 10},
      {WeightsFormat.CONSTANT, -1, 0, 0},
      {WeightsFormat.INT8_DELTA + 1, 8, 0, 0}
    };
    for (int[] entry : entries) {
      byte[] file = file(new int[][] {entry}, new byte[32]);
      assertError(file, "[WeightsDamaged]", "expected a valid entry of section 0, found");
    }
  }

  @Test
  void detectsEveryDamagedByteOfSparseBytes() {
    byte[] file = sparseBytes(WeightsFormat.INT8_DELTA, 2, 2, bytes(0, 1, 3, 0, 0x80, 0x01), 140);
    for (int i = 0; i < file.length; i++) {
      for (int bit = 1; bit < 256; bit <<= 1) {
        byte[] damaged = file.clone();
        damaged[i] ^= (byte) bit;
        String message =
            assertThrows(IllegalStateException.class, () -> readAll(damaged)).getMessage();
        assertTrue(message.startsWith("[Weights"), message);
      }
    }
  }

  @Test
  void readsAFileLargerThanItsWindow() {
    float[] values = new float[40_001];
    ByteBuffer data = data(4 * values.length + 3);
    data.put(bytes(1, 2, 3));
    for (int i = 0; i < values.length; i++) {
      values[i] = i * 0.25f;
      data.putFloat(values[i]);
    }
    int[][] entries = {{WeightsFormat.INT8, 3, 0, 0}, {WeightsFormat.FP32, values.length, 0, 0}};
    Weights weights = open(file(entries, data.array()));
    assertArrayEquals(new byte[][] {{1}, {2}, {3}}, weights.byteRows(3));
    assertArrayEquals(values, weights.floats());
  }

  @Test
  void readsPackedConstants() {
    // The packing is the inverse of Packed, whose test pins it; here the window meets its chunks.
    byte[] file = twoSections();
    String[] chunks = {
      PackedTest.pack(Arrays.copyOf(file, 61)),
      PackedTest.pack(Arrays.copyOfRange(file, 61, file.length))
    };
    Weights weights = Weights.of(HASH, chunks);
    assertArrayEquals(new float[] {1.5f, -0f, Float.NaN}, weights.floats());
  }

  @Test
  void namesAMissingFile() {
    IllegalStateException e =
        assertThrows(
            IllegalStateException.class,
            () -> Weights.open(WeightsTest.class, "none.weights", HASH));
    assertEquals(
        "[WeightsMissing] weights 'none.weights' of dev.coppice.runtime.WeightsTest: the resource is"
            + " not there; expected a resource beside the class, found none. Package the resources"
            + " that the compiler wrote together with the classes.",
        e.getMessage());
  }

  @Test
  void namesAForeignModel() {
    String other = HASH.replace("00", "77");
    IllegalStateException e =
        assertThrows(
            IllegalStateException.class, () -> Weights.of(other, PackedTest.pack(twoSections())));
    assertEquals(
        "[WeightsForeign] packed weights: the file belongs to another model; expected model hash "
            + other
            + ", found "
            + HASH
            + ". Rebuild, so that class and weights come from one model.",
        e.getMessage());
  }

  @Test
  void namesAnotherVersionAndAnotherFormat() {
    byte[] file = twoSections();
    file[4] = 9;
    assertError(file, "[WeightsVersion]", "expected version 1, found version 9");
    file[0] = 'X';
    assertError(file, "[WeightsForeign]", "expected the letters CPCE at its start, found 58504345");
  }

  @Test
  void detectsEveryDamagedByteBeforeTheModelCanUseIt() {
    byte[] file = twoSections();
    for (int i = 0; i < file.length; i++) {
      byte[] damaged = file.clone();
      damaged[i] ^= 0x10;
      String message =
          assertThrows(IllegalStateException.class, () -> readAll(damaged)).getMessage();
      assertTrue(message.startsWith("[Weights"), message);
    }
  }

  @Test
  void detectsEveryTruncationAndAnExtension() {
    byte[] file = twoSections();
    for (int n = 0; n < file.length; n++) {
      byte[] cut = Arrays.copyOf(file, n);
      String message = assertThrows(IllegalStateException.class, () -> readAll(cut)).getMessage();
      assertTrue(message.startsWith("[WeightsTruncated]"), message);
    }
    assertError(Arrays.copyOf(file, file.length + 1), "[WeightsDamaged]", "found more bytes");
  }

  @Test
  void rejectsPositionsThatLeaveTheSection() {
    byte[] far = data(5).putFloat(7).put(bytes(0x09)).array();
    assertError(
        file(new int[][] {{WeightsFormat.SPARSE_DELTA, 4, 1, 1}}, far),
        "[WeightsDamaged]",
        "one of 9");
    byte[] many = data(5).putFloat(7).put(bytes(0x03)).array();
    assertError(
        file(new int[][] {{WeightsFormat.SPARSE_BITMAP, 4, 1, 1}}, many),
        "[WeightsDamaged]",
        "found more");
    byte[] few = data(9).putFloat(7).putFloat(8).put(bytes(0x01)).array();
    assertError(
        file(new int[][] {{WeightsFormat.SPARSE_BITMAP, 4, 2, 1}}, few),
        "[WeightsDamaged]",
        "found fewer");
  }

  @Test
  void namesAGetterThatDoesNotFit() {
    Weights weights = open(twoSections());
    String message = assertThrows(IllegalStateException.class, weights::ints).getMessage();
    assertTrue(
        message.contains("section 0 do not fit together; expected INT32, found FP32"), message);
    Weights ragged = open(twoSections());
    message = assertThrows(IllegalStateException.class, () -> ragged.rows(2)).getMessage();
    assertTrue(message.contains("expected 2 equal rows, found 3 elements"), message);
    Weights early = open(twoSections());
    message = assertThrows(IllegalStateException.class, early::end).getMessage();
    assertTrue(message.contains("2 of 2 not taken"), message);
    Weights small = open(twoSections());
    assertThrows(IndexOutOfBoundsException.class, () -> small.floats(new float[3], 1));
  }

  @Test
  void opensAFileWithoutSections() {
    open(file(new int[0][], new byte[0])).end();
  }

  private static void assertError(byte[] file, String start, String part) {
    String message = assertThrows(IllegalStateException.class, () -> readAll(file)).getMessage();
    assertTrue(message.startsWith(start) && message.contains(part), message);
  }

  private static void readAll(byte[] file) {
    Weights weights = open(file);
    float[] unused = weights.floats();
    if (weights.remaining() > 0) {
      weights.bytes();
    }
    weights.end();
  }

  private static Weights open(byte[] file) {
    String resource = "test.weights";
    try {
      URL self = Objects.requireNonNull(WeightsTest.class.getResource("WeightsTest.class"));
      Files.write(Path.of(self.toURI()).resolveSibling(resource), file);
    } catch (IOException | URISyntaxException e) {
      throw new AssertionError(e);
    }
    return Weights.open(WeightsTest.class, resource, HASH);
  }

  private static byte[] twoSections() {
    byte[] data =
        data(14).putFloat(1.5f).putFloat(-0f).putFloat(Float.NaN).put(bytes(-1, 127)).array();
    return file(new int[][] {{WeightsFormat.FP32, 3, 0, 0}, {WeightsFormat.INT8, 2, 0, 0}}, data);
  }

  /** Five bytes in channels with the scales 2 and 0.5, at {@code positions}. */
  private static byte[] sparseBytes(
      int type, int channels, int stride, byte[] positions, int count) {
    int rest = 16 + positions.length;
    byte[] data =
        data(rest + 5)
            .putInt(channels)
            .putInt(stride)
            .putFloat(2)
            .putFloat(0.5f)
            .put(bytes(1, -4, 127, -128, 6))
            .put(positions)
            .array();
    return file(new int[][] {{type, count, 5, rest}}, data);
  }

  /** The documented layout, written out independently of the compiler's writer. */
  private static byte[] file(int[][] entries, byte[] data) {
    ByteBuffer payload = data(16 * entries.length + data.length);
    for (int[] entry : entries) {
      for (int field : entry) {
        payload.putInt(field);
      }
    }
    payload.put(data);
    ByteBuffer header = data(60);
    header.put(bytes('C', 'P', 'C', 'E')).putShort((short) 1).putShort((short) 0);
    for (int i = 0; i < 64; i += 2) {
      header.put((byte) Integer.parseInt(HASH.substring(i, i + 2), 16));
    }
    header.putInt(entries.length).putLong(payload.capacity());
    header.putInt(crc(payload.array(), 0, payload.capacity(), new CRC32()));
    CRC32 directory = new CRC32();
    directory.update(header.array(), 0, 56);
    header.putInt(crc(payload.array(), 0, 16 * entries.length, directory));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(header.array());
    out.writeBytes(payload.array());
    return out.toByteArray();
  }

  private static int crc(byte[] bytes, int offset, int length, CRC32 crc) {
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }

  private static ByteBuffer data(int length) {
    return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }
}
