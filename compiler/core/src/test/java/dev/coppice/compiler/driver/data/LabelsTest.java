package dev.coppice.compiler.driver.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.coppice.compiler.diag.CompileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LabelsTest {
  private static final byte[] IDX = {0, 0, 8, 1, 0, 0, 0, 3, 3, 0, 9};

  @TempDir Path folder;

  private Path text(String text) throws IOException {
    return Files.writeString(folder.resolve("labels.csv"), text);
  }

  private static int[] array(Labels labels) {
    return IntStream.range(0, labels.count()).map(labels::at).toArray();
  }

  private void assertRead(Path file) {
    assertArrayEquals(new int[] {3, 0, 9}, array(Labels.read(file)));
  }

  private static void assertRefused(Path file, List<String> names, String message) {
    CompileException e = assertThrows(CompileException.class, () -> Labels.read(file, names));
    assertEquals("[DataInvalid] " + file + message + ".", e.getMessage());
  }

  @Test
  void readsArrays() throws IOException {
    assertRead(Files.write(folder.resolve("l.idx"), IDX));
    Path packed = folder.resolve("l.idx.gz");
    try (var out = new GZIPOutputStream(Files.newOutputStream(packed))) {
      out.write(IDX);
    }
    assertRead(packed);
  }

  @Test
  void readsTheLastColumnOfText() throws IOException {
    assertRead(text("a.bin,10,3\nb.bin,10,0\n\nc.bin,10,9\n"));
    assertRead(text("3\r\n0\r\n9"));
    assertRead(text("name;class\nx;3\ny;0\nz;9\n"));
    assertRead(text("3,4,setosa,virginica\n5.1,3\n1.0,0\n2.2, 9\n"));
  }

  @Test
  void matchesFilesByName() throws IOException {
    Path file = text("file,class\nb/z.png,1\nb/a.png,2\n");
    assertArrayEquals(new int[] {2, 1}, array(Labels.read(file, List.of("a.png", "z.png"))));
    assertArrayEquals(new int[] {1, 2}, array(Labels.read(file, List.of("0.png", "1.png"))));
    assertRefused(file, List.of("a.png", "c.png"), ": there is no label for 'c.png'");
    assertRefused(file, List.of("a.png"), ": there is a label for 'z.png', but no such file");
    Path twice = text("a,1\na,2\n");
    assertRefused(twice, List.of("a"), ": 'a' has several labels");
  }

  @Test
  void refusesWhatIsNoLabel() throws IOException {
    assertRefused(
        text("a,1\nb,x\n"), List.of(), ":2: the last column is 'x', expected a class number");
    assertRefused(text("\n"), List.of(), ": the file holds no label");
    assertRefused(folder.resolve("gone"), List.of(), ": the file does not exist");
    Path floats = Files.write(folder.resolve("f"), new byte[] {0, 0, 13, 1, 0, 0, 0, 0});
    assertRefused(floats, List.of(), ": labels are f32, expected integers");
  }
}
