package dev.coppice.compiler.driver.data;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** Files that may be compressed with gzip, within a bound on the unpacked size. */
final class Gzip {
  private static final int MAX_BYTES = 1 << 30;

  private Gzip() {}

  /** The unpacked content of {@code file}. */
  static byte[] unpack(Path file) throws IOException {
    try (var in = new GZIPInputStream(Files.newInputStream(file), 1 << 16)) {
      byte[] bytes = in.readNBytes(MAX_BYTES);
      if (in.read() >= 0) {
        throw new MalformedData("the file unpacks to more than " + MAX_BYTES + " bytes");
      }
      return bytes;
    } catch (EOFException | ZipException e) {
      throw new MalformedData("the gzip data is damaged: " + e.getMessage());
    }
  }

  /** The content of {@code file}, unpacked if its first bytes are gzip's. */
  static byte[] read(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      byte[] head = in.readNBytes(2);
      if (head.length == 2 && head[0] == 0x1f && head[1] == (byte) 0x8b) {
        return unpack(file);
      }
    }
    return Files.readAllBytes(file);
  }
}
