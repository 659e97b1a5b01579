package dev.coppice.compiler.driver.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DataFileTest {
  @TempDir Path folder;

  private Path file(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
      zip.write(bytes);
    }
    return out.toByteArray();
  }

  private static byte[] npy(String dictionary, ByteBuffer data) {
    byte[] header = (dictionary + "\n").getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(10 + header.length + data.capacity())
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0})
        .putShort((short) header.length)
        .put(header)
        .put(data.rewind())
        .array();
  }

  private static byte[] floats() {
    ByteBuffer data = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 6; i++) {
      data.putFloat(i + 0.5f);
    }
    return npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", data);
  }

  private Tensor only(Path file) {
    DataFile data = DataFile.read(file);
    assertEquals(List.of(""), List.copyOf(data.arrays().keySet()));
    return data.arrays().get("");
  }

  private void assertRefused(Path file, String message) {
    CompileException e = assertThrows(CompileException.class, () -> DataFile.read(file));
    assertEquals("[DataInvalid] " + file + ": " + message + ".", e.getMessage());
  }

  @Test
  void readsIdxOfUnsignedAndSignedBytes() throws IOException {
    byte[] bytes = {0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 2, 0, 1, (byte) 200, (byte) 255};
    Tensor unsigned = only(file("a-ubyte", bytes));
    assertEquals(TensorType.of(DType.UINT8, 2, 2), unsigned.type());
    assertArrayEquals(new long[] {0, 1, 200, 255}, unsigned.toLongs());
    bytes[2] = 9;
    assertArrayEquals(new long[] {0, 1, -56, -1}, only(file("a.idx", bytes)).toLongs());
  }

  @Test
  void readsIdxOfFloatsBigEndianFromGzip() throws IOException {
    byte[] bytes =
        ByteBuffer.allocate(16)
            .put(new byte[] {0, 0, 13, 1})
            .putInt(2)
            .putFloat(1.5f)
            .putFloat(-2)
            .array();
    assertArrayEquals(new float[] {1.5f, -2}, only(file("a.idx.gz", gzip(bytes))).toFloats());
  }

  @Test
  void refusesIdxWhoseSizesLie() throws IOException {
    assertRefused(
        file("a.idx", new byte[] {0, 0, 8, 1, 0, 0, 0, 9, 1, 2}),
        "the header announces u8[9], 9 bytes, but 2 bytes follow it");
    assertRefused(file("b.idx", new byte[] {0, 0, 8, 1, -1, 0, 0, 0}), "dimension 0 is -16777216");
    assertRefused(
        file("c.idx", new byte[] {0, 0, 8, 3, 0, 0}), "the header of 3 dimensions is cut short");
    assertRefused(file("d.idx", new byte[] {0, 0, 10, 0}), "IDX knows no element type 10");
    byte[] huge = {0, 0, 8, 2, 0x7f, -1, -1, -1, 0x7f, -1, -1, -1};
    assertRefused(file("e.idx", huge), "the array has more than 2^31-1 elements");
  }

  @Test
  void readsNpy() throws IOException {
    Tensor tensor = only(file("a.npy", floats()));
    assertEquals(TensorType.of(DType.FLOAT32, 2, 3), tensor.type());
    assertArrayEquals(new float[] {0.5f, 1.5f, 2.5f, 3.5f, 4.5f, 5.5f}, tensor.toFloats());
  }

  @Test
  void readsBigEndianAndColumnMajorNpy() throws IOException {
    ByteBuffer data = ByteBuffer.allocate(12);
    for (int i = 0; i < 6; i++) {
      data.putShort((short) i);
    }
    byte[] bytes = npy("{'descr': '>i2', 'fortran_order': True, 'shape': (2, 3), }", data);
    Tensor tensor = only(file("a.npy", bytes));
    assertEquals(TensorType.of(DType.INT16, 2, 3), tensor.type());
    assertArrayEquals(new long[] {0, 2, 4, 1, 3, 5}, tensor.toLongs());
  }

  @Test
  void refusesNpyOfObjects() throws IOException {
    byte[] bytes =
        npy("{'descr': '|O8', 'fortran_order': False, 'shape': (1,), }", ByteBuffer.allocate(8));
    assertRefused(file("a.npy", bytes), "element type 'O8' is not one of numbers");
  }

  @Test
  void readsNpzByName() throws IOException {
    Path file = folder.resolve("a.npz");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (String name : List.of("x.npy", "y.npy")) {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(floats());
      }
    }
    DataFile data = DataFile.read(file);
    assertEquals(List.of("x", "y"), List.copyOf(data.arrays().keySet()));
    assertEquals(TensorType.of(DType.FLOAT32, 2, 3), data.arrays().get("y").type());
  }

  @Test
  void refusesWhatIsNoData() throws IOException {
    assertRefused(
        file("a.txt", "hello".getBytes(StandardCharsets.US_ASCII)),
        "the file is neither a NumPy (.npz, .npy) nor an IDX file, and its name ends neither as"
            + " those of tables (.csv, .tsv), nor of pictures (.png, .jpg, .bmp, .gif), nor of"
            + " recordings (.wav)");
    assertRefused(folder.resolve("gone"), "the file does not exist");
    byte[] cut = java.util.Arrays.copyOf(gzip(floats()), 20);
    CompileException e =
        assertThrows(CompileException.class, () -> DataFile.read(file("b.npy.gz", cut)));
    assertTrue(e.getMessage().contains("the gzip data is damaged"), e.getMessage());
  }
}
