package dev.coppice.compiler.emit.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.runtime.Packed;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackedWriterTest {
  @Test
  void bytesOfEveryLengthSurviveARoundTrip() {
    Random random = new Random(1);
    for (int length = 0; length < 300; length++) {
      byte[] bytes = new byte[length];
      random.nextBytes(bytes);
      for (int limit : new int[] {20, 64, 65_534}) {
        List<String> chunks = PackedWriter.pack(bytes, limit);
        assertArrayEquals(bytes, Packed.bytes(chunks.toArray(String[]::new)));
        for (String chunk : chunks) {
          assertTrue(PackedWriter.modifiedUtf8Length(chunk) <= limit);
        }
      }
    }
  }

  @Test
  void zerosCostOneByteEach() {
    List<String> chunks = PackedWriter.pack(new byte[7000]);
    assertEquals(1, chunks.size());
    assertEquals(8001, PackedWriter.modifiedUtf8Length(chunks.get(0)));
  }

  @Test
  void noDataExceedsTheLimit() {
    // Each of the 128 values equally often is the worst case for the rarest one.
    byte[] bytes = new byte[56_896];
    for (int bit = 0; bit < 8 * bytes.length; bit++) {
      int value = bit / 7 & 0x7F;
      bytes[bit / 8] |= (byte) ((value >> (6 - bit % 7) & 1) << (7 - bit % 8));
    }
    for (String chunk : PackedWriter.pack(bytes)) {
      assertTrue(PackedWriter.modifiedUtf8Length(chunk) <= PackedWriter.MAX_CONSTANT_BYTES);
    }
    assertTrue(PackedWriter.pack(new byte[56_800]).size() == 1);
  }

  @Test
  void countsModifiedUtf8AsTheClassFileDoes() throws IOException {
    String text = "a\0\u007F\u0080\u07FF\u0800\uD83D\uDE00";
    var out = new ByteArrayOutputStream();
    new DataOutputStream(out).writeUTF(text);
    assertEquals(out.size() - 2, PackedWriter.modifiedUtf8Length(text));
  }

  @Test
  void rejectsALimitBelowOneGroup() {
    assertThrows(IllegalArgumentException.class, () -> PackedWriter.pack(new byte[1], 8));
  }

  @Test
  void literalsAreAsciiOnOneLine() {
    assertEquals(
        "\"\\0017\\000\\012\\\"\\\\\\177~\"", PackedWriter.literal("\u00017\0\n\"\\\u007F~"));
    assertThrows(IllegalArgumentException.class, () -> PackedWriter.literal("\u00E9"));
  }

  @Test
  void javacTakesAFullConstantAndKeepsIt(@TempDir Path folder) throws Exception {
    byte[] bytes = new byte[200_000];
    new Random(23).nextBytes(bytes);
    List<String> chunks = PackedWriter.pack(bytes);
    StringBuilder source = new StringBuilder("public class P {\n");
    for (int i = 0; i < chunks.size(); i++) {
      String literal = PackedWriter.literal(chunks.get(i));
      source.append("  public static final String C").append(i).append(" = ").append(literal);
      source.append(";\n");
    }
    source.append("}\n");
    compile(source.toString(), folder);
    try (var loader = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
      Class<?> type = loader.loadClass("P");
      String[] loaded = new String[chunks.size()];
      for (int i = 0; i < loaded.length; i++) {
        loaded[i] = (String) type.getField("C" + i).get(null);
      }
      assertArrayEquals(bytes, Packed.bytes(loaded));
    }
  }

  private static void compile(String source, Path folder) {
    var file =
        new SimpleJavaFileObject(URI.create("string:///P.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return source;
          }
        };
    var diagnostics = new DiagnosticCollector<JavaFileObject>();
    boolean done =
        ToolProvider.getSystemJavaCompiler()
            .getTask(
                null,
                null,
                diagnostics,
                List.of("-d", folder.toString(), "-proc:none"),
                null,
                List.of(file))
            .call();
    List<Diagnostic<? extends JavaFileObject>> found = diagnostics.getDiagnostics();
    assertTrue(done && found.isEmpty(), found::toString);
  }
}
