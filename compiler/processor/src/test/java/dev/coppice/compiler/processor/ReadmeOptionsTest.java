package dev.coppice.compiler.processor;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.annotations.OnnxModel;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReadmeOptionsTest {
  /** What the example shows, and what the Javadoc alone says. */
  private static final Set<String> NO_OPTIONS = Set.of("value", "className");

  @Test
  void theTableOfOptionsHasEachElementOfTheAnnotation() throws IOException {
    String readme = Files.readString(Path.of("../../README.md"));
    for (Method element : OnnxModel.class.getDeclaredMethods()) {
      String name = element.getName();
      assertTrue(NO_OPTIONS.contains(name) || readme.contains("| `" + name + " = "), name);
    }
  }
}
