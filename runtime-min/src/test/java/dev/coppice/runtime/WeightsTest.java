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
  void decodesAConstant() {
    byte[] file =
        file(new int[][] {{WeightsFormat.CONSTANT, 4, 0, 0}}, data(4).putFloat(-3).array());
    assertArrayEquals(new float[] {-3, -3, -3, -3}, open(file).floats());
    assertArrayEquals(new float[][] {{-3, -3}, {-3, -3}}, open(file).rows(2));
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
  void putsBytesAndShortsIntoTheMiddleOfAnArray() {
    int[][] entries = {{WeightsFormat.INT8, 2, 0, 0}, {WeightsFormat.INT16, 2, 0, 0}};
    byte[] data = data(6).put(bytes(-1, 127)).putShort((short) -300).putShort((short) 7).array();
    Weights weights = open(file(entries, data));
    byte[] some = {9, 9, 9, 9};
    assertEquals(2, weights.bytes(some, 1));
    assertArrayEquals(bytes(9, -1, 127, 9), some);
    short[] others = {9, 9, 9};
    assertEquals(2, weights.shorts(others, 1));
    assertArrayEquals(new short[] {9, -300, 7}, others);
    weights.end();
  }

  @Test
  void elementsAreReadInOtherOrders() {
    Weights first = open(orders());
    float[] some = {9, 9, 9, 9, 9, 9, 9};
    assertEquals(5, first.floats(some, 1));
    assertArrayEquals(new float[] {9, 3, 2, 1, 0, 0, 9}, some);
    assertEquals(4, first.remaining());
    assertArrayEquals(new byte[] {-2, -1}, first.bytes());
    assertArrayEquals(new short[] {300, -300}, first.shorts());
    first.end();
    Weights second = open(orders());
    second.skip(1);
    assertArrayEquals(new float[][] {{1, 3}, {2, 0}}, second.rows(2));
    assertArrayEquals(new byte[][] {{-2}, {-1}}, second.byteRows(2));
    second.skip(2);
    second.end();
    Weights third = open(orders());
    third.skip(2);
    assertArrayEquals(new float[] {1, 2, 3}, third.floats());
    third.skip(1);
    byte[] bytes = new byte[3];
    third.bytes(bytes, 1);
    assertArrayEquals(new byte[] {0, -1, -2}, bytes);
    third.skip(1);
    assertArrayEquals(new short[] {-300, 300}, third.shorts());
  }

  @Test
  void detectsEveryDamagedByteOfAnOrder() {
    byte[] file = orders();
    for (int i = 0; i < file.length; i++) {
      for (int bit = 1; bit < 256; bit <<= 1) {
        byte[] damaged = file.clone();
        damaged[i] ^= (byte) bit;
        String message =
            assertThrows(IllegalStateException.class, () -> readOrders(damaged)).getMessage();
        assertTrue(message.startsWith("[Weights"), message);
      }
    }
  }

  @Test
  void ordersAreOfSectionsBehindThem() {
    byte[] data = {12, 4, 1, 0, 0, 0, 0};
    for (int distance : new int[] {0, 2, -1, Integer.MAX_VALUE}) {
      int[][] entries = {{WeightsFormat.ORDER, 3, distance, 3}, {WeightsFormat.INT8, 4, 0, 0}};
      assertError(file(entries, data), "[WeightsDamaged]", "a valid entry of section 0");
    }
    int[][] twice = {{WeightsFormat.ORDER, 3, 1, 3}, {WeightsFormat.ORDER, 3, 1, 4}};
    assertError(file(twice, data), "[WeightsDamaged]", "a valid entry of section 0");
    int[][] entries = {{WeightsFormat.ORDER, 3, 1, 3}, {WeightsFormat.INT8, 4, 0, 0}};
    Weights floats = open(file(entries, data));
    String message = assertThrows(IllegalStateException.class, floats::floats).getMessage();
    assertTrue(message.contains("expected a section of floats, found INT8"), message);
    Weights ints = open(file(entries, data));
    message = assertThrows(IllegalStateException.class, ints::ints).getMessage();
    assertTrue(message.contains("expected INT32, found ORDER"), message);
    assertArrayEquals(new byte[] {0, 0, 0}, open(file(entries, data)).bytes());
  }

  private static void readOrders(byte[] file) {
    Weights weights = open(file);
    float[] unused = weights.floats();
    weights.bytes();
    weights.shorts();
    weights.end();
  }

  /** Two orders of floats, one of bytes and one of 16-bit integers. */
  private static byte[] orders() {
    int[][] entries = {
      {WeightsFormat.ORDER, 5, 2, 4},
      {WeightsFormat.ORDER, 4, 1, 7},
      {WeightsFormat.FP32, 3, 0, 0},
      {WeightsFormat.ORDER, 2, 1, 3},
      {WeightsFormat.INT8, 2, 0, 0},
      {WeightsFormat.ORDER, 2, 1, 3},
      {WeightsFormat.INT16, 2, 0, 0}
    };
    ByteBuffer data = data(4 + 7 + 12 + 3 + 2 + 3 + 4);
    data.put(bytes(12, 4, 1, 9)).put(bytes(8, 0, 4, 4, 2, 0, 5));
    data.putFloat(1).putFloat(2).putFloat(3);
    data.put(bytes(8, 2, 1)).put(bytes(-1, -2));
    data.put(bytes(8, 2, 1)).putShort((short) -300).putShort((short) 300);
    return file(entries, data.array());
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
        "[WeightsMissing] weights 'none.weights' of dev.coppice.runtime.WeightsTest: the resource"
            + " is not there; expected a resource beside the class, found none. Package the"
            + " resources that the compiler wrote together with the classes.",
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
    assertError(file, "[WeightsVersion]", "expected version 3, found version 9");
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
    small.skip(1);
    assertThrows(IndexOutOfBoundsException.class, () -> small.bytes(new byte[1], 0));
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
    header.put(bytes('C', 'P', 'C', 'E')).putShort((short) 3).putShort((short) 0);
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
