package dev.coppice.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.coppice.compiler.diag.DiagnosticCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Rules over source files. */
class SourceRulesTest {
  private static final int MAX_LINES = 800;

  @Test
  void noFileIsTooLong() {
    List<String> long800 = new ArrayList<>();
    for (Path file : SourceFiles.below("java")) {
      long lines = SourceFiles.text(file).lines().count();
      if (lines > MAX_LINES) {
        long800.add(file.getFileName() + ": " + lines);
      }
    }
    assertEquals(List.of(), long800);
  }

  @Test
  void everyPackageSaysWhatItIs() {
    List<Path> files = SourceFiles.below("src/main/java");
    assertFalse(files.isEmpty());
    List<Path> without =
        files.stream()
            .map(f -> Objects.requireNonNull(f.getParent()))
            .distinct()
            .filter(d -> !Files.exists(d.resolve("package-info.java")))
            .toList();
    assertEquals(List.of(), without);
  }

  @Test
  void everyDiagnosticIsAsserted() {
    String tests = SourceFiles.tests();
    List<DiagnosticCode> unasserted = new ArrayList<>();
    for (DiagnosticCode code : DiagnosticCode.values()) {
      if (!tests.contains("[" + code.label() + "]")
          && !tests.contains("DiagnosticCode." + code.name())) {
        unasserted.add(code);
      }
    }
    assertEquals(List.of(), unasserted);
  }
}
