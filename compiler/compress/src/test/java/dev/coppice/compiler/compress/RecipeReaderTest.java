package dev.coppice.compiler.compress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.LayerSelection.Glob;
import dev.coppice.compiler.diag.Diagnostic;
import dev.coppice.compiler.diag.DiagnosticSink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecipeReaderTest {
  private static final String REMEDY =
      " See the example in 'coppice compress --help' for what a step takes.";

  @Test
  void readsBothMethods() {
    DiagnosticSink sink = new DiagnosticSink();
    Recipe recipe =
        RecipeReader.parse(
                """
                steps:
                  - method: prune
                    kind: magnitude
                    amount: 0.8
                    scope: global
                    layers: ["conv*", fc]
                    exclude:
                      - conv1
                  - method: quantize
                    kind: int8
                    granularity: tensor
                """,
                "r.yaml",
                sink)
            .orElseThrow();
    assertEquals(
        List.of(
            new Recipe.Prune(
                0.8,
                Recipe.Scope.GLOBAL,
                new LayerSelection(
                    List.of(new Glob("conv*", 6), new Glob("fc", 6)),
                    List.of(new Glob("conv1", 8)))),
            new Recipe.Quantize(false, LayerSelection.ALL)),
        recipe.steps());
    assertTrue(sink.diagnostics().isEmpty());
  }

  @Test
  void leavesOutWhatHasADefault() {
    Recipe recipe =
        RecipeReader.parse(
                "steps: [{method: prune, amount: 0}, {method: quantize}]",
                "r.yaml",
                new DiagnosticSink())
            .orElseThrow();
    assertEquals(
        List.of(
            new Recipe.Prune(0, Recipe.Scope.LAYER, LayerSelection.ALL),
            new Recipe.Quantize(true, LayerSelection.ALL)),
        recipe.steps());
  }

  @Test
  void tellsEveryMistakeWithItsLine() {
    assertProblems(
        """
        steps:
          - method: prune
            amout: 0.8
          - method: prun
          - method: prune
            amount: eighty
            scope: globl
            layers: conv1
          - kind: int8
          - method: quantize
            amount: 0.5
            granularity: [channel]
            exclude: [[a]]
          - method: prune
            amount: 1
            amount: 0.5
          - nothing
        stages: 1
        """,
        "18: unknown key 'stages' in a recipe; known are steps.",
        "3: unknown key 'amout' in a prune step; known are method, kind, amount, scope, layers,"
            + " exclude (did you mean 'amount'?).",
        "2: key 'amount' is missing, expected a number from 0.0 to below 1.0.",
        "4: key 'method' is 'prun', expected prune or quantize (did you mean 'prune'?).",
        "6: key 'amount' is 'eighty', expected a number from 0.0 to below 1.0.",
        "7: key 'scope' is 'globl', expected layer or global (did you mean 'global'?).",
        "8: key 'layers' is 'conv1', expected a list of names.",
        "9: key 'method' is missing, expected prune or quantize.",
        "11: unknown key 'amount' in a quantize step; known are method, kind, granularity, layers,"
            + " exclude.",
        "12: key 'granularity' is a list, expected channel or tensor.",
        "13: an element of 'exclude' is a list, expected a name.",
        "16: key 'amount' is given twice in a prune step.",
        "15: key 'amount' is '1', expected a number from 0.0 to below 1.0.",
        "17: a step must be a mapping with keys method, kind, amount, scope, granularity, layers,"
            + " exclude.");
  }

  @Test
  void refusesWhatIsNoRecipe() {
    assertProblems("", "the recipe is empty, expected 'steps'.");
    assertProblems(
        "a: [", "1: this is not YAML: expected the node content, but found '<stream end>'.");
    assertProblems("steps: []", "1: there are no steps.");
    assertProblems(
        "steps: {}",
        "1: key 'steps' is a mapping, expected a list of steps.",
        "1: there are no steps.");
    assertProblems("- steps", "1: a recipe must be a mapping with keys steps.");
    assertProblems(
        "steps: [{method: prune, amount: .inf}]",
        "1: key 'amount' is '.inf', expected a number from 0.0 to below 1.0.");
  }

  @Test
  void refusesFilesThatCannotBeRead(@TempDir Path folder) throws IOException {
    DiagnosticSink sink = new DiagnosticSink();
    assertTrue(RecipeReader.read(folder.resolve("none.yaml"), sink).isEmpty());
    assertEquals(
        "[FileUnreadable] " + folder.resolve("none.yaml") + ": no such file. Check the path.",
        sink.diagnostics().get(0).text());
    Path latin = Files.write(folder.resolve("latin.yaml"), new byte[] {(byte) 0xE4, 'a'});
    assertTrue(RecipeReader.read(latin, sink).isEmpty());
    assertEquals(
        "[RecipeInvalid] " + latin + ": the file is not UTF-8." + REMEDY,
        sink.diagnostics().get(1).text());
  }

  private static void assertProblems(String yaml, String... expected) {
    DiagnosticSink sink = new DiagnosticSink();
    assertTrue(RecipeReader.parse(yaml, "r.yaml", sink).isEmpty());
    assertEquals(
        List.of(expected).stream()
            .map(e -> "[RecipeInvalid] r.yaml:" + (e.matches("\\d.*") ? "" : " ") + e + REMEDY)
            .collect(Collectors.joining("\n")),
        sink.diagnostics().stream().map(Diagnostic::text).collect(Collectors.joining("\n")));
  }
}
