package dev.coppice.compiler.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.Methods;
import dev.coppice.compiler.compress.recipe.Method;
import dev.coppice.compiler.onnx.wire.OnnxFile;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OnnxModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CompressCommandTest {
  private static final int MANY = 20_000;

  @TempDir Path folder;
  private Path model;
  private Path small;

  @BeforeEach
  void writeModel() {
    model = folder.resolve("fc.onnx");
    small = folder.resolve("small.onnx");
    Tensor w =
        Tensor.fromDoubles(
            TensorType.of(DType.FLOAT32, MANY / 10, 10), i -> Math.sin(i) * (1 + i % 10));
    OnnxFile.save(
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 1, MANY / 10)
            .output("y", DType.FLOAT32, 1, 10)
            .initializer("w", w)
            .node("fc", "y = MatMul(x, w)")
            .model(17),
        model);
  }

  @Test
  void whatItWritesCompilesToFewBytes() throws IOException {
    Path recipe =
        Files.writeString(
            folder.resolve("r.yaml"),
            "steps: [{method: prune-weights, amount: 0.8}, {method: quantize-weights, type:"
                + " int8}]");
    Execution e = Execution.of("compress", model, "--recipe", recipe, "--out", small);
    assertEquals("", e.err());
    assertEquals(0, e.exitCode());
    assertTrue(e.out().contains("fc: 16000 of 20000 weights removed"), e.out());
    assertTrue(e.out().contains("\nweight bytes "), e.out());
    Execution compiled = Execution.of("compile", small, "--class", "a.Fc", "--out", folder);
    assertEquals(0, compiled.exitCode(), compiled.err());
    assertTrue(Files.size(folder.resolve("a/Fc.weights")) < 80_000 / 10);
  }

  @Test
  void tellsWhatIsWrongWithTheRecipe() throws IOException {
    Path recipe = Files.writeString(folder.resolve("r.yaml"), "steps:\n- {method: qantize}\n");
    Execution e = Execution.of("compress", model, "--recipe", recipe, "--out", small);
    assertEquals(2, e.exitCode());
    assertEquals(
        "[RecipeInvalid] "
            + recipe
            + ":2: key 'method' is 'qantize', expected "
            + String.join(" or ", Methods.ALL.stream().map(Method::name).toList())
            + " (did you mean 'quantize'?). See the example in 'coppice compress --help' for what a"
            + " step takes.",
        e.err().strip());
    assertFalse(Files.exists(small));
  }

  @Test
  void whereNothingCanBeWrittenItIsSaid() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    Execution e = Execution.of("compile", model, "--class", "a.Fc", "--out", file);
    assertEquals(2, e.exitCode());
    assertTrue(
        e.err()
            .startsWith(
                "[OutputFailed] the output cannot be written: "
                    + file.resolve("a")
                    + ": Not a dir"),
        e.err());
  }

  @Test
  void filesThatCannotBeWrittenAreRefusedBeforeTheWork() throws IOException {
    Path recipe =
        Files.writeString(
            folder.resolve("r.yaml"), "steps: [{method: prune-weights, amount: 0.5}]");
    Path below = recipe.resolve("x");
    refusesOutput(below, "compress", model, "--recipe", recipe, "--out", below);
    for (String option : List.of("--report", "--json")) {
      refusesOutput(below, "compress", model, "--recipe", recipe, "--out", small, option, below);
      refusesOutput(
          below, "sweep", model, "--recipe", recipe, "--step", "{method: merge}", option, below);
    }
    String budget = "weights<=1KiB";
    refusesOutput(
        below,
        "compress",
        model,
        "--recipe",
        recipe,
        "--out",
        small,
        "--budget",
        budget,
        "--recipe-out",
        below);
    refusesOutput(below, "calibrate", "--out", below);
    refusesOutput(below, "conformance", folder, "--json", below);
    refusesOutput(
        below, "compile", model, "--class", "a.A", "--out", folder, "--tune", "--schedules", below);
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(Set.of(model, recipe), files.collect(Collectors.toSet()));
    }
  }

  private static void refusesOutput(Path file, Object... arguments) {
    Execution e = Execution.of(arguments);
    assertEquals(2, e.exitCode());
    assertEquals("", e.out());
    assertEquals(
        "[OutputFailed] %s cannot be written: %s is no folder. Name another place, or make this one"
                .formatted(file, file.getParent())
            + " writable.",
        e.err().strip());
  }

  @Test
  void aReportIsWrittenAsPageAndJson() throws IOException {
    Path recipe =
        Files.writeString(
            folder.resolve("r.yaml"), "steps: [{method: prune-weights, amount: 0.5}]");
    Path page = folder.resolve("r.html");
    Path json = folder.resolve("r.json");
    Execution e =
        Execution.of(
            "compress",
            model,
            "--recipe",
            recipe,
            "--out",
            small,
            "--report",
            page,
            "--json",
            json);
    assertEquals(0, e.exitCode(), e.err());
    assertTrue(Files.readString(page).startsWith("<!doctype html>"));
    assertTrue(Files.readString(json).contains("\"prune-weights\""));
    assertFalse(Files.exists(folder.resolve(".small.onnx.steps")));
  }

  @Test
  void whatExceedsALimitIsNotWritten() throws IOException {
    Path recipe =
        Files.writeString(
            folder.resolve("r.yaml"),
            "limits: {max-weight-bytes: 10}\nsteps: [{method: prune-weights, amount: 0.5}]");
    Execution e = Execution.of("compress", model, "--recipe", recipe, "--out", small);
    assertEquals(2, e.exitCode());
    assertTrue(
        e.err().contains("the compressed model exceeds the limits and is not written: weights: "),
        e.err());
    assertFalse(Files.exists(small));
  }

  @Test
  void listsItsMethods() {
    Execution e = Execution.of("compress", "--methods");
    assertEquals(0, e.exitCode());
    for (Method method : Methods.ALL) {
      assertTrue(e.out().contains(method.name() + "\n  " + method.summary()), e.out());
    }
  }

  @Test
  void asksForWhatIsMissing() {
    Execution e = Execution.of("compress", model);
    assertEquals(2, e.exitCode());
    assertTrue(e.err().startsWith("Missing: --recipe"), e.err());
  }

  @Test
  void sweepsAnAmount() throws IOException {
    Path recipe = Files.writeString(folder.resolve("r.yaml"), "seed: 1\n");
    Path json = folder.resolve("s.json");
    Execution e =
        Execution.of(
            "sweep",
            model,
            "--recipe",
            recipe,
            "--step",
            "{method: prune-weights, amount: AMOUNT}",
            "--amounts",
            "0.25,0.5",
            "--json",
            json);
    assertEquals(0, e.exitCode(), e.err());
    assertTrue(e.out().contains("   0.25              -   25.00%"), e.out());
    assertTrue(Files.readString(json).contains("\"zeros\": 0.5"), Files.readString(json));
  }

  /** Once, and not at every amount. */
  @Test
  void aMethodThatIsMisspeltIsToldBeforeTheSweep() throws IOException {
    Path recipe = Files.writeString(folder.resolve("r.yaml"), "seed: 1\n");
    Execution e =
        Execution.of(
            "sweep",
            model,
            "--recipe",
            recipe,
            "--step",
            "{method: prune-weight, amount: AMOUNT}",
            "--amounts",
            "0.25,0.5");
    assertEquals(2, e.exitCode());
    assertEquals("", e.out());
    String expected =
        "--step:2: key 'method' is 'prune-weight', expected "
            + String.join(" or ", Methods.ALL.stream().map(Method::name).toList())
            + " (did you mean 'prune-weights'?)";
    assertTrue(e.err().contains(expected), e.err());
    assertEquals(1, e.err().lines().filter(l -> l.contains("prune-weight'")).count(), e.err());
  }
}
