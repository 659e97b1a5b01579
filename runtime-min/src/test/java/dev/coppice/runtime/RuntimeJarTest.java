package dev.coppice.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;

/** What a device has to carry. */
class RuntimeJarTest {
  private static final int MAX_JAR_BYTES = 38 * 1024;

  /** The manifest and the entries of folders. */
  private static final int OTHER_BYTES = 1024;

  /** Class-file version of Java 8. */
  private static final int JAVA_8 = 52;

  @Test
  void fitsIts38KiB() throws IOException {
    ByteArrayOutputStream jar = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(jar)) {
      for (Path file : classFiles()) {
        zip.putNextEntry(new ZipEntry("dev/coppice/runtime/" + file.getFileName()));
        zip.write(Files.readAllBytes(file));
        zip.closeEntry();
      }
    }
    int bytes = jar.size() + OTHER_BYTES;
    assertTrue(bytes <= MAX_JAR_BYTES, "jar of " + bytes + " bytes");
  }

  @Test
  void runsOnJava8() throws IOException {
    List<Path> files = classFiles();
    assertFalse(files.isEmpty());
    for (Path file : files) {
      byte[] bytes = Files.readAllBytes(file);
      assertEquals(JAVA_8, (bytes[6] & 0xFF) << 8 | (bytes[7] & 0xFF), file.toString());
    }
  }

  private static List<Path> classFiles() throws IOException {
    Path root;
    try {
      root = Path.of(Weights.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(f -> f.toString().endsWith(".class"))
          .sorted()
          .collect(Collectors.toList());
    }
  }
}
