package dev.coppice.compiler.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Expected texts as files below {@code src/test/resources/golden/<test class>/}. {@code
 * -Dgolden.update=true} writes them instead of comparing; the change is then reviewed as part of
 * the commit.
 */
public final class Golden {
  private Golden() {}

  /** Asserts that {@code text} is what the golden file says; a missing file fails with its path. */
  public static void assertMatches(Class<?> test, String file, String text) {
    Path path = Path.of("src/test/resources/golden", test.getSimpleName(), file);
    try {
      if (Boolean.getBoolean("golden.update")) {
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
      } else if (!Files.exists(path)) {
        fail("no golden file " + path + "; the text is:\n" + text);
      } else {
        assertEquals(Files.readString(path), text, path.toString());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
