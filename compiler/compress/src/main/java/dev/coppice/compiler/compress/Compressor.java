package dev.coppice.compiler.compress;

import dev.coppice.compiler.compress.evaluate.Evaluator;
import dev.coppice.compiler.compress.evaluate.Examples;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.recipe.Decision;
import dev.coppice.compiler.compress.recipe.ExampleSource;
import dev.coppice.compiler.compress.recipe.Progress;
import dev.coppice.compiler.compress.recipe.Recipe;
import dev.coppice.compiler.compress.recipe.Sensitivity;
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
   * @param decisions what it decided
   * @param sensitivities what changes to single layers cost, as far as it measured them
   * @param graph the model after it
   * @param score the metric after it; empty where there is no evaluation data
   */
  public record StepResult(
      String method,
      List<Decision> decisions,
      List<Sensitivity> sensitivities,
      OnnxGraph graph,
      Optional<Double> score) {}

  /**
   * What a recipe did.
   *
   * @param original the model before
   * @param score its metric; empty where there is no evaluation data
   * @param steps what each step did, in order
   */
  public record Result(OnnxGraph original, Optional<Double> score, List<StepResult> steps) {
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
    Settings settings = recipe.settings();
    Optional<Examples> calibration = settings.calibration().map(s -> s.open(ports(original)));
    Optional<Evaluator> evaluator =
        settings.evaluation().map(s -> evaluator(s, settings, original));
    Optional<Double> before = evaluator.map(e -> e.evaluate(original));
    List<StepResult> steps = new ArrayList<>();
    OnnxGraph graph = original;
    for (Recipe.Stage stage : recipe.steps()) {
      progress.at(stage.method(), steps.size(), recipe.steps().size());
      graph = graph.copy();
      Session session =
          new Session(
              original, graph, recipe.name(), settings, calibration, evaluator, sink, progress);
      session.at(stage.line());
      stage.step().apply(session);
      sink.throwIfErrors();
      OnnxGraph after = graph;
      steps.add(
          new StepResult(
              stage.method(),
              session.decisions(),
              session.sensitivities(),
              after,
              evaluator.map(e -> e.evaluate(after))));
    }
    return new Result(original, before, steps);
  }

  private static Evaluator evaluator(ExampleSource source, Settings settings, OnnxGraph original) {
    return new Evaluator(
        source.open(ports(original)),
        settings.metric(),
        settings.backend(),
        original,
        SourceRef.file(source.name()));
  }

  /** The inputs of {@code graph}. */
  static List<Port> ports(OnnxGraph graph) {
    return graph.inputs().stream()
        .map(i -> new Port(i, graph.type(i).dtype(), graph.type(i).shape()))
        .toList();
  }
}
