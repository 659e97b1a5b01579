package dev.coppice.compiler.compress.recipe;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.evaluate.Examples;
import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.lowering.Port;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExampleFilesTest {
  private static final List<Port> INPUTS = List.of(new Port("x", DType.FLOAT32, Shape.of(1, 2)));

  private static final String HINT =
      ". See the example in 'coppice compress --help' for what a step takes.";

  @TempDir Path folder;

  @BeforeEach
  void writeTable() throws IOException {
    Files.writeString(folder.resolve("x.csv"), "1,2,0\n3,4,1\n5,6,2\n");
    Files.writeString(folder.resolve("two.csv"), "1,2\n3,4\n");
    Files.writeString(folder.resolve("labels.csv"), "7\n8\n");
  }

  @Test
  void rowsAreExamplesWithTheClassOfTheirColumn() {
    Examples examples =
        source("{inputs: x.csv, label-column: last, samples: 1..3, scale: 1/2, mean: [1, -1]}")
            .open(INPUTS);
    assertEquals(2, examples.count());
    assertEquals(Shape.of(1, 2), examples.inputs(0).get(0).shape());
    // 3 / 2 - 1, 4 / 2 + 1.
    assertArrayEquals(new float[] {0.5f, 3}, examples.inputs(0).get(0).toFloats());
    assertArrayEquals(new float[] {1.5f, 4}, examples.inputs(1).get(0).toFloats());
    assertEquals(OptionalInt.of(2), examples.label(1));
  }

  @Test
  void labelsLieInTheFolderToo() {
    ExampleSource source = source("{inputs: two.csv, labels: labels.csv}");
    assertEquals(folder.resolve("two.csv").toString(), source.name());
    assertEquals(OptionalInt.of(8), source.open(INPUTS).label(1));
    assertEquals(OptionalInt.empty(), source("{inputs: two.csv}").open(INPUTS).label(1));
  }

  @Test
  void nothingIsReadBeforeItIsOpened() {
    ExampleSource absent = source("{inputs: absent.csv}");
    assertTrue(absent.fingerprint().endsWith(" absent"), absent.fingerprint());
    CompileException e = assertThrows(CompileException.class, () -> absent.open(INPUTS));
    assertTrue(e.getMessage().contains("absent.csv"), e.getMessage());
  }

  @Test
  void theFingerprintTellsSettingsAndFilesApart() throws IOException {
    String data = "{inputs: two.csv, labels: labels.csv}";
    String before = source(data).fingerprint();
    assertEquals(before, source(data).fingerprint());
    assertNotEquals(
        before, source("{inputs: two.csv, labels: labels.csv, scale: 2}").fingerprint());
    Files.writeString(folder.resolve("labels.csv"), "7\n88\n");
    String changed = source(data).fingerprint();
    assertNotEquals(before, changed);
    touch(folder.resolve("two.csv"));
    assertNotEquals(changed, source(data).fingerprint());
  }

  /** The time of a folder does not change with that of a picture in it. */
  @Test
  void theFingerprintOfAFolderIsThatOfItsFiles() throws IOException {
    Path inner = Files.createDirectories(folder.resolve("pictures/cats"));
    Path picture = Files.writeString(inner.resolve("a.png"), "a");
    String before = source("{inputs: pictures}").fingerprint();
    assertEquals(before, source("{inputs: pictures}").fingerprint());
    touch(picture);
    assertNotEquals(before, source("{inputs: pictures}").fingerprint());
  }

  private static void touch(Path file) throws IOException {
    Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000));
  }

  @Test
  void whatIsWrongIsToldWithItsLine() {
    assertEquals(
        List.of("r.yaml:2: key 'inputs' is missing in evaluation data, expected a file or folder"),
        problems("{labels: l.csv}"));
    assertEquals(
        List.of("r.yaml:2: key 'scale' is wrong: 'much' is neither a number nor a fraction"),
        problems("{inputs: x.csv, scale: much}"));
    assertEquals(
        List.of(
            "r.yaml:2: key 'label-column' is wrong: labels are in the file l.csv or in a column of"
                + " the data, not in both"),
        problems("{inputs: x.csv, labels: l.csv, label-column: last}"));
    List<String> unknown = problems("{inputs: x.csv, sample: 3}");
    assertEquals(1, unknown.size());
    assertTrue(
        unknown.get(0).startsWith("r.yaml:2: unknown key 'sample' in evaluation data"),
        unknown.get(0));
    assertTrue(unknown.get(0).endsWith("(did you mean 'samples'?)"), unknown.get(0));
  }

  @Test
  void whatIsNoPathIsTold() {
    List<String> problems = problems("{inputs: \"a\\0b\"}");
    assertEquals(1, problems.size());
    String expected = "r.yaml:2: key 'inputs' is wrong: 'a\0b' is no path: ";
    assertTrue(problems.get(0).startsWith(expected), problems.get(0));
  }

  private ExampleSource source(String data) {
    DiagnosticSink sink = new DiagnosticSink();
    Optional<Settings> settings =
        RecipeReader.parseSettings("data:\n  evaluation: " + data, "r.yaml", folder, sink);
    sink.throwIfErrors();
    ExampleSource source = settings.orElseThrow().evaluation().orElseThrow();
    assertTrue(source instanceof ExampleFiles);
    return source;
  }

  private List<String> problems(String data) {
    DiagnosticSink sink = new DiagnosticSink();
    RecipeReader.parseSettings("data:\n  evaluation: " + data, "r.yaml", folder, sink);
    List<String> problems = new ArrayList<>();
    sink.diagnostics()
        .forEach(
            d -> problems.add(d.text().strip().replace("[RecipeInvalid] ", "").replace(HINT, "")));
    return problems;
  }
}
