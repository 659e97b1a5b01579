package dev.coppice.compiler;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The Java files of this repository. */
final class SourceFiles {
  private SourceFiles() {}

  /** Files below a source folder such as {@code src/main/java} of any module, sorted. */
  static List<Path> below(String sourceFolder) {
    try (Stream<Path> files = Files.walk(root())) {
      return files
          .filter(f -> f.toString().endsWith(".java"))
          .filter(f -> f.toString().contains("/" + sourceFolder + "/"))
          .filter(f -> !f.toString().contains("/target/") && !f.toString().contains("/src/it/"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The text of all tests. */
  static String tests() {
    return below("src/test/java").stream().map(SourceFiles::text).collect(Collectors.joining());
  }

  /** The text of a file. */
  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path root() {
    for (Path p = Path.of("").toAbsolutePath(); p != null; p = p.getParent()) {
      if (Files.isDirectory(p.resolve("runtime-min")) && Files.isDirectory(p.resolve("compiler"))) {
        return p;
      }
    }
    throw new IllegalStateException("not in the repository: " + Path.of("").toAbsolutePath());
  }
}
