package dev.coppice.compiler.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ClassFilesTest {
  private static ClassFiles.Sizes sizes(String body) {
    String source =
        "class A { static long f = 5000000000L; static int g(int x) { "
            + body
            + " } static void h() {} }";
    return ClassFiles.sizes(
        new InMemoryJavac()
            .source("A", source)
            .compile("--release", "8", "-Xlint:-options")
            .get("A"));
  }

  @Test
  void countsBytesOfCode() {
    ClassFiles.Sizes sizes = sizes("return x + 1;");
    assertEquals(4, sizes.codeBytesOf("g"));
    assertEquals(1, sizes.codeBytesOf("h"));
    assertEquals(sizes.codeBytesOf("<clinit>"), sizes.longestMethod());
  }

  @Test
  void countsEntriesOfTheConstantPool() {
    int more = sizes("return x + 100000 + \"text\".length();").constantPoolEntries();
    assertTrue(more > sizes("return x + 1;").constantPoolEntries() + 3, more + " entries");
  }

  @Test
  void refusesOtherFiles() {
    assertThrows(IllegalArgumentException.class, () -> ClassFiles.sizes(new byte[100]));
  }
}
