package dev.coppice.compiler.driver.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.diag.CompileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SampleFolderTest {
  private static final List<String> ENDINGS = List.of(".png", ".jpg");

  @TempDir Path folder;

  private void write(String... names) throws IOException {
    for (String name : names) {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, "");
    }
  }

  /** Names with their classes. */
  private List<String> read() {
    SampleFolder read = SampleFolder.read(folder, ENDINGS);
    List<String> all = new ArrayList<>();
    List<String> names = SampleFolder.names(read.files());
    for (int i = 0; i < names.size(); i++) {
      int sample = i;
      all.add(names.get(i) + read.labels().map(l -> " " + l.at(sample)).orElse(""));
    }
    return all;
  }

  private void assertRefused(String message) {
    CompileException e = assertThrows(CompileException.class, this::read);
    assertEquals("[DataInvalid] " + folder + ": " + message + ".", e.getMessage());
  }

  @Test
  void sortsFilesByName() throws IOException {
    write("b.png", "a.JPG", ".hidden.png", "c.txt");
    assertEquals(List.of("a.JPG", "b.png"), read());
    assertTrue(SampleFolder.holds(folder, ENDINGS));
    assertFalse(SampleFolder.holds(folder, List.of(".wav")));
  }

  @Test
  void takesLabelsBesideTheFiles() throws IOException {
    write("b.png", "a.png");
    Files.writeString(folder.resolve("labels.csv"), "file,class\nb.png,7\na.png,2\n");
    assertEquals(List.of("a.png 2", "b.png 7"), read());
  }

  @Test
  void countsSubfoldersAsClasses() throws IOException {
    write("dog/z.png", "cat/b.png", "cat/a.png", ".cache/x.png");
    assertEquals(List.of("a.png 0", "b.png 0", "z.png 1"), read());
    assertTrue(SampleFolder.holds(folder, ENDINGS));
  }

  @Test
  void takesNumbersAsClasses() throws IOException {
    write("2/a.png", "10/b.png");
    assertEquals(List.of("b.png 10", "a.png 2"), read());
  }

  @Test
  void refusesWhatIsUnclear() throws IOException {
    assertRefused("the folder holds no file whose name ends in .png, .jpg");
    write("cat/a.png");
    Files.createDirectories(folder.resolve("empty"));
    assertRefused(
        "the sub-folder 'empty' holds no sample, but others do; expected one sub-folder a class");
    write("b.png");
    assertRefused(
        "there are samples in the folder and in its sub-folder 'cat'; expected all in the folder,"
            + " or all in one sub-folder a class");
  }
}
