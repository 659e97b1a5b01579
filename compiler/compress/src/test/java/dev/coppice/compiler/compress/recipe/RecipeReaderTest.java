package dev.coppice.compiler.compress.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.evaluate.Metric;
import dev.coppice.compiler.diag.Diagnostic;
import dev.coppice.compiler.diag.DiagnosticSink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecipeReaderTest {
  private static final String REMEDY =
      " See the example in 'coppice compress --help' for what a step takes.";

  private final List<String> read = new ArrayList<>();
  private final List<Method> methods = List.of(new Halve(), new Plain());

  /** Notes what it was given. */
  private final class Halve implements Method {
    @Override
    public String name() {
      return "halve";
    }

    @Override
    public String summary() {
      return "Halves.";
    }

    @Override
    public List<String> keys() {
      return List.of("amount", "scope", "bits", "budget", "exact", "seed");
    }

    @Override
    public Optional<Step> read(StepOptions options) {
      String text =
          options.number("amount", 0, 1)
              + " "
              + options.choice("scope", "layer", "global")
              + " "
              + options.integer("bits", 1, 8, 4)
              + " "
              + options.bytes("budget")
              + " "
              + options.flag("exact", false)
              + " "
              + options.seed()
              + " "
              + options.layers().takes(List.of("conv7"));
      read.add(text);
      return options.step(session -> {});
    }
  }

  private static final class Plain implements Method {
    @Override
    public String name() {
      return "plain";
    }

    @Override
    public String summary() {
      return "Does nothing.";
    }

    @Override
    public List<String> keys() {
      return List.of();
    }

    @Override
    public Optional<Step> read(StepOptions options) {
      return options.step(session -> {});
    }
  }

  @Test
  void readsStepsInOrderWithTheirTextAndLine() {
    Recipe recipe =
        parse(
            """
            seed: 7
            steps:
              - method: halve
                amount: 0.5
                scope: global
                bits: 2
                budget: 1.5 KiB
                exact: true
                layers: ["conv*"]
                exclude: [conv7]
              - {method: plain}
              - {method: halve, amount: 0, seed: 3}
            """);
    assertEquals(
        List.of(
            "0.5 global 2 OptionalLong[1536] true 7 false",
            "0.0 layer 4 OptionalLong.empty false 3 true"),
        read);
    assertEquals(List.of(3, 11, 12), recipe.steps().stream().map(Recipe.Stage::line).toList());
    assertEquals("{method: plain}", recipe.steps().get(1).text());
    assertTrue(recipe.steps().get(0).text().startsWith("method: halve\n"));
  }

  @Test
  void readsWhatHoldsForAllSteps() {
    Settings settings =
        parse(
                """
                seed: 5
                backend: vector
                metric: top-3
                data:
                  calibration: {inputs: a.npz, scale: 1/255, mean: [0.1, 0.2], std: 2}
                  evaluation: {inputs: b.npz, labels: l.csv, samples: 10..15}
                limits:
                  max-accuracy-drop: 0.5
                  max-weight-bytes: 64KiB
                  max-macs: 2M
                  max-arena-bytes: 1000
                  max-latency: 0.5 ms
                steps: [{method: plain}]
                """)
            .settings();
    assertEquals(5, settings.seed());
    assertEquals("vector", settings.backend());
    assertEquals(new Metric(Metric.Kind.TOP, 3), settings.metric());
    assertEquals("dir/a.npz", settings.calibration().orElseThrow().name());
    assertEquals("dir/b.npz", settings.evaluation().orElseThrow().name());
    assertEquals(0.5, settings.limits().accuracyDrop().orElseThrow());
    assertEquals(65536, settings.limits().weightBytes().orElseThrow());
    assertEquals(2_000_000, settings.limits().macs().orElseThrow());
    assertEquals(1000, settings.limits().arenaBytes().orElseThrow());
    assertEquals(500, settings.limits().latencyMicros().orElseThrow());
    assertEquals(Settings.DEFAULT, parse("steps: [{method: plain}]").settings());
  }

  @Test
  void tellsEveryMistakeWithItsLine() {
    assertProblems(
        """
        steps:
          - method: halve
            amout: 0.8
          - method: halv
          - method: halve
            amount: eighty
            scope: globl
            bits: 9
            budget: 3 apples
            layers: conv1
          - amount: 1
          - method: plain
            exclude: [[a]]
            amount: 0.5
          - method: halve
            amount: 1
            amount: 0.5
          - nothing
        stages: 1
        metric: top
        limits: {max-macs: few}
        """,
        "19: unknown key 'stages' in a recipe; known are seed, backend, data-folder, data,"
            + " metric, limits, steps.",
        "20: key 'metric' is unknown, expected one of top-1, top-5, agreement, auc, mse,"
            + " relative-error.",
        "21: key 'max-macs' is 'few', expected a count with unit k, M, G or none.",
        "3: unknown key 'amout' in a halve step; known are method, layers, exclude, seed, amount,"
            + " scope, bits, budget, exact (did you mean 'amount'?).",
        "2: key 'amount' is missing, expected a number from 0.0 to below 1.0.",
        "4: key 'method' is 'halv', expected halve or plain (did you mean 'halve'?).",
        "6: key 'amount' is 'eighty', expected a number from 0.0 to below 1.0.",
        "7: key 'scope' is 'globl', expected layer or global (did you mean 'global'?).",
        "8: key 'bits' is '9', expected a whole number from 1 to 8.",
        "9: key 'budget' is '3 apples', expected a size with unit B, KB, kB, MB, GB, KiB, MiB,"
            + " GiB or none.",
        "10: key 'layers' is 'conv1', expected a list of names.",
        "11: key 'method' is missing, expected halve or plain.",
        "14: unknown key 'amount' in a plain step; known are method, layers, exclude, seed.",
        "17: key 'amount' is given twice in a halve step.",
        "16: key 'amount' is '1', expected a number from 0.0 to below 1.0.",
        "18: a step must be a mapping with keys method, layers, exclude, seed, amount, scope, bits,"
            + " budget, exact.");
  }

  @Test
  void refusesWhatIsNoRecipe() {
    assertProblems("", "the recipe is empty, expected 'steps'.");
    assertProblems(
        "a: [", "1: this is not YAML: expected the node content, but found '<stream end>'.");
    assertProblems("steps: []", "1: there are no steps.");
    assertProblems(
        "- steps",
        "1: a recipe must be a mapping with keys seed, backend, data-folder, data, metric, limits,"
            + " steps.");
    assertProblems(
        "steps: [{method: halve, amount: .inf}]",
        "1: key 'amount' is '.inf', expected a number from 0.0 to below 1.0.");
    assertProblems(
        "data: {calibration: {labels: x}}\nsteps: [{method: plain}]",
        "1: key 'inputs' is missing in calibration data, expected a file or folder.");
  }

  @Test
  void refusesFilesThatCannotBeRead(@TempDir Path folder) throws IOException {
    DiagnosticSink sink = new DiagnosticSink();
    assertTrue(RecipeReader.read(folder.resolve("none.yaml"), methods, sink).isEmpty());
    assertEquals(
        "[FileUnreadable] " + folder.resolve("none.yaml") + ": no such file. Check the path.",
        sink.diagnostics().get(0).text());
    Path latin = Files.write(folder.resolve("latin.yaml"), new byte[] {(byte) 0xE4, 'a'});
    assertTrue(RecipeReader.read(latin, methods, sink).isEmpty());
    assertEquals(
        "[RecipeInvalid] " + latin + ": the file is not UTF-8." + REMEDY,
        sink.diagnostics().get(1).text());
  }

  private Recipe parse(String yaml) {
    DiagnosticSink sink = new DiagnosticSink();
    Optional<Recipe> recipe = RecipeReader.parse(yaml, "r.yaml", Path.of("dir"), methods, sink);
    assertEquals(List.of(), sink.diagnostics());
    return recipe.orElseThrow();
  }

  private void assertProblems(String yaml, String... expected) {
    DiagnosticSink sink = new DiagnosticSink();
    assertTrue(RecipeReader.parse(yaml, "r.yaml", Path.of(""), methods, sink).isEmpty());
    assertEquals(
        List.of(expected).stream()
            .map(e -> "[RecipeInvalid] r.yaml:" + (e.matches("\\d.*") ? "" : " ") + e + REMEDY)
            .collect(Collectors.joining("\n")),
        sink.diagnostics().stream().map(Diagnostic::text).collect(Collectors.joining("\n")));
  }
}
