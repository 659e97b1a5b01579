package dev.coppice.compiler.driver.data;

import dev.coppice.compiler.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** NumPy's {@code .npz} format: a zip archive with one {@code NAME.npy} an array. */
final class NpzReader {
  private static final int MAX_BYTES = 1 << 30;

  private NpzReader() {}

  /** The arrays of {@code file} by name, in the order of the archive. */
  static Map<String, Tensor> read(Path file) throws IOException {
    Map<String, Tensor> arrays = new LinkedHashMap<>();
    try (ZipFile zip = new ZipFile(file.toFile())) {
      Enumeration<? extends ZipEntry> entries = zip.entries();
      while (entries.hasMoreElements()) {
        ZipEntry entry = entries.nextElement();
        if (entry.getName().endsWith(".npy")) {
          String name = entry.getName().substring(0, entry.getName().length() - 4);
          arrays.put(name, read(zip, entry));
        }
      }
    } catch (ZipException e) {
      throw new MalformedData("the archive is damaged: " + e.getMessage());
    }
    if (arrays.isEmpty()) {
      throw new MalformedData("the archive holds no .npy array");
    }
    return arrays;
  }

  private static Tensor read(ZipFile zip, ZipEntry entry) throws IOException {
    try (var in = zip.getInputStream(entry)) {
      byte[] bytes = in.readNBytes(MAX_BYTES);
      if (bytes.length == MAX_BYTES) {
        throw new MalformedData("array '" + entry.getName() + "' has 1 GiB or more");
      }
      return NpyReader.read(ByteBuffer.wrap(bytes));
    } catch (MalformedData e) {
      throw new MalformedData("array '" + entry.getName() + "': " + e.getMessage());
    }
  }
}
