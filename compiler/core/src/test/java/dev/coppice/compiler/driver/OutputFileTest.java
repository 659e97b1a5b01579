package dev.coppice.compiler.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.coppice.compiler.diag.CompileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class OutputFileTest {
  @TempDir Path folder;

  @Test
  void takesPlacesWhereAFileCanBeWrittenAndLeavesNothing() throws IOException {
    OutputFile.check(null);
    OutputFile.check(folder.resolve("new"));
    OutputFile.check(folder.resolve("a/b/c"));
    assertEquals(List.of(folder), all());
    Path old = Files.writeString(folder.resolve("old"), "text");
    OutputFile.check(old);
    assertEquals("text", Files.readString(old));
    assertEquals(List.of(folder, old), all());
  }

  @Test
  void refusesFoldersAndPlacesBelowFiles() throws IOException {
    assertRefused(folder, "it is a folder, expected a file");
    Path file = Files.writeString(folder.resolve("file"), "");
    assertRefused(file.resolve("x"), file + " is no folder");
    assertRefused(file.resolve("a/x"), file + " is no folder");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void refusesAFolderThatTakesNoFiles() {
    Path proc = Path.of("/proc/x.html");
    assertRefused(proc, "no file can be made in /proc");
    assertFalse(Files.exists(proc));
  }

  @Test
  void writesWholeFilesAndNothingElse() throws IOException {
    Path file = folder.resolve("new/a.txt");
    OutputFile.write(file, "one");
    OutputFile.write(file, "zwölf");
    assertEquals("zwölf", Files.readString(file));
    assertEquals(List.of(folder, folder.resolve("new"), file), all());
  }

  @Test
  void aFolderIsNotReplaced() throws IOException {
    Path inside = Files.createDirectories(folder.resolve("a.txt/inside"));
    assertThrows(CompileException.class, () -> OutputFile.write(folder.resolve("a.txt"), "one"));
    assertEquals(List.of(folder, folder.resolve("a.txt"), inside), all());
  }

  private static void assertRefused(Path file, String problem) {
    CompileException e = assertThrows(CompileException.class, () -> OutputFile.check(file));
    assertEquals(
        "[OutputFailed] %s cannot be written: %s. Name another place, or make this one writable."
            .formatted(file, problem),
        e.getMessage());
  }

  private List<Path> all() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.sorted().toList();
    }
  }
}
