package dev.coppice.compiler.compress;

import dev.coppice.compiler.compress.evaluate.Evaluator;
import dev.coppice.compiler.compress.evaluate.Examples;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.recipe.ExampleSource;
import dev.coppice.compiler.compress.recipe.Findings;
import dev.coppice.compiler.compress.recipe.Progress;
import dev.coppice.compiler.compress.recipe.Recipe;
import dev.coppice.compiler.compress.recipe.Session;
import dev.coppice.compiler.compress.recipe.Settings;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.lowering.Port;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Carries out recipes on models. Equal models, recipes and data give equal results, byte for byte.
 */
public final class Compressor {
  /** Key of the model's metadata under which the steps are recorded. */
  public static final String STEPS_KEY = "coppice.compression";

  private Compressor() {}

  /**
   * What one step did.
   *
   * @param method its method
   * @param findings what it had to tell
   * @param graph the model after it
   * @param score the metric after it; empty where there is no evaluation data
   */
  public record StepResult(
      String method, Findings findings, OnnxGraph graph, Optional<Double> score) {}

  /**
   * What a recipe did.
   *
   * @param original the model before
   * @param score its metric; empty where there is no evaluation data
   * @param steps what each step did, in order
   */
  public record Result(OnnxGraph original, Optional<Double> score, List<StepResult> steps) {
    /** The metric of the compressed model; empty where there is no evaluation data. */
    public Optional<Double> lastScore() {
      return steps.isEmpty() ? score : steps.get(steps.size() - 1).score();
    }

    /** The compressed model. */
    public OnnxGraph compressed() {
      return steps.isEmpty() ? original : steps.get(steps.size() - 1).graph();
    }
  }

  /**
   * {@code original} after {@code recipe}.
   *
   * @param sink receives what the user may want to know
   * @throws dev.coppice.compiler.diag.CompileException with what the model or the data lacks
   */
  public static Result compress(
      OnnxGraph original, Recipe recipe, DiagnosticSink sink, Progress progress) {
    return compress(original, recipe, Optional.empty(), sink, progress);
  }

  /**
   * {@code original} after {@code recipe}.
   *
   * @param checkpoints where finished steps are looked for and kept
   * @param sink receives what the user may want to know
   * @throws dev.coppice.compiler.diag.CompileException with what the model or the data lacks
   */
  public static Result compress(
      OnnxGraph original,
      Recipe recipe,
      Optional<Checkpoints> checkpoints,
      DiagnosticSink sink,
      Progress progress) {
    return compress(original, original, recipe, checkpoints, sink, progress);
  }

  /**
   * {@code start}, a version of {@code original}, after {@code recipe}.
   *
   * @param sink receives what the user may want to know
   */
  public static Result compress(
      OnnxGraph original, OnnxGraph start, Recipe recipe, DiagnosticSink sink, Progress progress) {
    return compress(original, start, recipe, Optional.empty(), sink, progress);
  }

  private static Result compress(
      OnnxGraph original,
      OnnxGraph start,
      Recipe recipe,
      Optional<Checkpoints> checkpoints,
      DiagnosticSink sink,
      Progress progress) {
    Settings settings = recipe.settings();
    Optional<Examples> calibration = settings.calibration().map(s -> s.open(ports(original)));
    Optional<Evaluator> evaluator =
        settings.evaluation().map(s -> evaluator(s, settings, original));
    progress.at("evaluate the original", 0, recipe.steps().size());
    Optional<Double> before = evaluator.map(e -> e.evaluate(original));
    List<String> keys = Checkpoints.keys(original, recipe);
    List<StepResult> steps = new ArrayList<>();
    OnnxGraph graph = start;
    for (Recipe.Stage stage : recipe.steps()) {
      progress.at(stage.method(), steps.size(), recipe.steps().size());
      String key = keys.get(steps.size());
      OnnxGraph from = graph;
      Checkpoints.Checkpoint left =
          checkpoints
              .flatMap(c -> c.read(key, original.options()))
              .orElseGet(
                  () -> {
                    Session session =
                        new Session(
                            original,
                            from.copy(),
                            recipe.name(),
                            settings,
                            calibration,
                            evaluator,
                            sink,
                            progress);
                    return carryOut(stage, session);
                  });
      checkpoints.ifPresent(c -> c.write(key, left));
      graph = left.graph();
      steps.add(
          new StepResult(
              stage.method(),
              left.findings(),
              left.graph(),
              evaluator.map(e -> e.evaluate(left.graph()))));
    }
    return new Result(original, before, steps);
  }

  private static Checkpoints.Checkpoint carryOut(Recipe.Stage stage, Session session) {
    session.at(stage.line());
    stage.step().apply(session);
    session.notes().throwIfErrors();
    // As it will be read from the file, so that resumed runs give the same.
    OnnxGraph left = OnnxGraph.of(session.graph().toProto(), session.original().options());
    return new Checkpoints.Checkpoint(left, session.findings());
  }

  /** A judge by the examples of {@code source}. */
  public static Evaluator evaluator(ExampleSource source, Settings settings, OnnxGraph original) {
    return new Evaluator(
        source.open(ports(original)),
        settings.metric(),
        settings.backend(),
        original,
        SourceRef.file(source.name()));
  }

  /** The inputs of {@code graph}. */
  public static List<Port> ports(OnnxGraph graph) {
    return graph.inputs().stream()
        .map(i -> new Port(i, graph.type(i).dtype(), graph.type(i).shape()))
        .toList();
  }
}
