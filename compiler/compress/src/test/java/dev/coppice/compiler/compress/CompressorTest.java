package dev.coppice.compiler.compress;

import static dev.coppice.compiler.testing.OnnxModels.attribute;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.recipe.Method;
import dev.coppice.compiler.compress.recipe.Progress;
import dev.coppice.compiler.compress.recipe.Recipe;
import dev.coppice.compiler.compress.recipe.RecipeReader;
import dev.coppice.compiler.compress.recipe.Step;
import dev.coppice.compiler.compress.recipe.StepOptions;
import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.onnx.ImportOptions;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OnnxModels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompressorTest {
  private int runs;

  /** Adds one to all weights; fails at the given run. */
  private final class Increment implements Method {
    private int failAt = -1;

    @Override
    public String name() {
      return "increment";
    }

    @Override
    public String summary() {
      return "Adds one.";
    }

    @Override
    public List<String> keys() {
      return List.of();
    }

    @Override
    public Optional<Step> read(StepOptions options) {
      return options.step(
          session -> {
            if (runs++ == failAt) {
              throw new IllegalStateException("power cut");
            }
            Tensor w = session.graph().constant("w").orElseThrow();
            session.graph().constant("w", Tensor.fromDoubles(w.type(), i -> w.doubleAt(i) + 1));
            session.decide("fc", "one\tmore", "run " + runs);
          });
    }
  }

  private static OnnxGraph graph() {
    return OnnxGraph.of(
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 1, 3)
            .initializer(
                "w", Tensor.fromDoubles(new TensorType(DType.FLOAT32, Shape.of(2, 3)), i -> i))
            .node("fc", "y = Gemm(x, w)", attribute("transB", 1))
            .output("y", DType.FLOAT32, 1, 2)
            .model(13),
        ImportOptions.of("m.onnx"));
  }

  private static Recipe recipe(Method method, String text) {
    DiagnosticSink sink = new DiagnosticSink();
    return RecipeReader.parse(text, "r.yaml", Path.of(""), List.of(method), sink).orElseThrow();
  }

  private static float first(OnnxGraph graph) {
    return graph.constant("w").orElseThrow().floatAt(0);
  }

  @Test
  void carriesOutStepsInOrderAndKeepsTheOriginal() {
    OnnxGraph original = graph();
    Recipe twice = recipe(new Increment(), "steps: [{method: increment}, {method: increment}]");
    Compressor.Result result =
        Compressor.compress(original, twice, new DiagnosticSink(), Progress.NONE);
    assertEquals(0, first(original));
    assertEquals(1, first(result.steps().get(0).graph()));
    assertEquals(2, first(result.compressed()));
    assertEquals(Optional.empty(), result.score());
  }

  @Test
  void goesOnBehindTheLastFinishedStep(@TempDir Path folder) {
    Increment increment = new Increment();
    increment.failAt = 2;
    Recipe recipe =
        recipe(increment, "steps: [{method: increment}, {method: increment}, {method: increment}]");
    Optional<Checkpoints> checkpoints = Optional.of(new Checkpoints(folder.resolve("parts")));
    assertThrows(
        IllegalStateException.class,
        () ->
            Compressor.compress(graph(), recipe, checkpoints, new DiagnosticSink(), Progress.NONE));
    Compressor.Result result =
        Compressor.compress(graph(), recipe, checkpoints, new DiagnosticSink(), Progress.NONE);
    assertEquals(4, runs);
    assertEquals(3, first(result.compressed()));
    assertEquals(
        "fc: one more (run 1)", result.steps().get(0).findings().decisions().get(0).text());
    checkpoints.get().clear();
    assertTrue(Files.notExists(folder.resolve("parts")));
  }

  @Test
  void aChangedStepIsDoneAgain(@TempDir Path folder) {
    Increment increment = new Increment();
    Optional<Checkpoints> checkpoints = Optional.of(new Checkpoints(folder));
    for (String steps :
        List.of(
            "steps: [{method: increment}, {method: increment}]",
            "steps: [{method: increment}, {method: increment, seed: 2}]",
            "seed: 3\nsteps: [{method: increment}]")) {
      Compressor.compress(
          graph(), recipe(increment, steps), checkpoints, new DiagnosticSink(), Progress.NONE);
    }
    assertEquals(2 + 1 + 1, runs);
  }

  /** No step sees selection data, but it may use a number that is given there. */
  @Test
  void aStepIsDoneAgainWhereWhatItRefersToChanged(@TempDir Path folder) {
    Increment increment = new Increment();
    Optional<Checkpoints> checkpoints = Optional.of(new Checkpoints(folder));
    for (int n : new int[] {2, 3}) {
      Recipe recipe =
          recipe(
              increment,
              "data: {selection: {inputs: x.csv, every: &n "
                  + n
                  + "}}\nsteps: [{method: increment, seed: *n}]");
      Compressor.compress(graph(), recipe, checkpoints, new DiagnosticSink(), Progress.NONE);
    }
    assertEquals(2, runs);
  }

  @Test
  void saysWhichDataIsMissing() {
    Method asks =
        new Method() {
          @Override
          public String name() {
            return "ask";
          }

          @Override
          public String summary() {
            return "Asks.";
          }

          @Override
          public List<String> keys() {
            return List.of();
          }

          @Override
          public Optional<Step> read(StepOptions options) {
            return options.step(session -> session.calibration("method 'ask'"));
          }
        };
    CompileException e =
        assertThrows(
            CompileException.class,
            () ->
                Compressor.compress(
                    graph(),
                    recipe(asks, "steps:\n  - {method: ask}"),
                    new DiagnosticSink(),
                    Progress.NONE));
    assertTrue(
        e.getMessage()
            .startsWith(
                "[RecipeInvalid] r.yaml:2: method 'ask' needs calibration data; add 'data:"
                    + " calibration: inputs: FILE'."),
        e.getMessage());
  }

  @Test
  void tellsThatALayerIsPrunedAway() {
    DiagnosticSink sink = new DiagnosticSink();
    Recipe recipe =
        RecipeReader.parse(
                "steps: [{method: prune-weights, amount: 0.999}]",
                "r.yaml",
                Path.of(""),
                Methods.ALL,
                sink)
            .orElseThrow();
    Compressor.compress(graph(), recipe, sink, Progress.NONE);
    assertEquals(
        List.of(
            "[LayerPrunedAway] m.onnx: all weights 'w' are removed, so what they lead to is"
                + " constant. Remove less, exclude them, or use 'scope: layer'."),
        sink.diagnostics().stream().map(d -> d.text()).toList());
  }
}
