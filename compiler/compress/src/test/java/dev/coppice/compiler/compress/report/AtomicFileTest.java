package dev.coppice.compiler.compress.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.coppice.compiler.diag.CompileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  @Test
  void replacesAndLeavesNothingElse(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("new").resolve("a.txt");
    AtomicFile.write(file, "one");
    AtomicFile.write(file, "zwölf");
    assertEquals("zwölf", Files.readString(file));
    try (Stream<Path> files = Files.list(folder.resolve("new"))) {
      assertEquals(1, files.count());
    }
  }

  @Test
  void aFolderIsNotReplaced(@TempDir Path folder) throws IOException {
    Path file = Files.createDirectories(folder.resolve("a.txt"));
    Files.writeString(file.resolve("inside"), "");
    assertThrows(CompileException.class, () -> AtomicFile.write(file, "one"));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(1, files.count());
    }
  }
}
