package dev.coppice.compiler.compress.search;

import dev.coppice.compiler.compress.Compressor;
import dev.coppice.compiler.compress.evaluate.Evaluator;
import dev.coppice.compiler.compress.evaluate.Measurement;
import dev.coppice.compiler.compress.model.Layer;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.recipe.Method;
import dev.coppice.compiler.compress.recipe.Progress;
import dev.coppice.compiler.compress.recipe.Recipe;
import dev.coppice.compiler.compress.recipe.RecipeReader;
import dev.coppice.compiler.compress.recipe.Settings;
import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.diag.SourceRef;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * Runs one step with several amounts, each time on the original model, so that amounts do not add
 * up, and judges each result: the curve of accuracy over sparsity and its like.
 *
 * @param step YAML of the steps, with {@code AMOUNT} in place of what is swept
 * @param amounts what takes its place, in order
 */
public record Sweep(String step, List<Double> amounts) {
  /** What stands for the amount in a step. */
  public static final String AMOUNT = "AMOUNT";

  /** What diagnostics call the step. */
  private static final String STEP = "--step";

  /**
   * Checks that there is something to sweep.
   *
   * @throws CompileException if the step has no place for the amount
   */
  public Sweep {
    amounts = List.copyOf(amounts);
    if (!step.contains(AMOUNT)) {
      throw new CompileException(
          DiagnosticCode.OPTION_INVALID,
          SourceRef.NONE,
          "the step '" + step + "' has no " + AMOUNT + " where the amounts go");
    }
  }

  /**
   * One point of a curve.
   *
   * @param amount what was asked for
   * @param measurement the result; its score is empty without evaluation data
   * @param zeros fraction of zeros among the weights of all layers
   * @param refusal why there is no result, if there is none
   */
  public record Point(
      double amount, Optional<Measurement> measurement, double zeros, Optional<String> refusal) {
    /** The score, if there is one. */
    public OptionalDouble score() {
      return measurement
          .flatMap(Measurement::score)
          .map(OptionalDouble::of)
          .orElse(OptionalDouble.empty());
    }
  }

  /**
   * Checks that the step names a method; what it is refused for at some amounts is in their points.
   *
   * @param methods what it may name
   * @throws CompileException if it names none of these
   */
  public void check(List<Method> methods) {
    DiagnosticSink sink = new DiagnosticSink();
    RecipeReader.checkMethods("steps:\n  - " + step.strip(), STEP, methods, sink);
    sink.throwIfErrors();
  }

  /**
   * The points, in the order of the amounts.
   *
   * @param settings data, metric and seed
   * @param methods what the step may name
   */
  public List<Point> run(
      OnnxGraph original, Settings settings, List<Method> methods, Progress progress) {
    Settings opened = settings.opened(Compressor.ports(original));
    Optional<Evaluator> judge =
        opened.evaluation().map(s -> Compressor.evaluator(s, opened, original));
    List<Point> points = new ArrayList<>();
    for (double amount : amounts) {
      progress.at("sweep", points.size(), amounts.size());
      points.add(point(original, opened, judge, methods, amount));
    }
    return points;
  }

  private Point point(
      OnnxGraph original,
      Settings settings,
      Optional<Evaluator> judge,
      List<Method> methods,
      double amount) {
    try {
      Recipe recipe = recipe(amount, settings, methods);
      OnnxGraph graph =
          Compressor.compress(original, recipe, new DiagnosticSink(), Progress.NONE).compressed();
      Measurement.Plan plan = Measurement.Plan.sizes(settings.backend());
      return new Point(
          amount, Optional.of(Measurement.of(graph, judge, plan)), zeros(graph), Optional.empty());
    } catch (CompileException e) {
      return new Point(amount, Optional.empty(), 0, Optional.of(String.valueOf(e.getMessage())));
    }
  }

  private Recipe recipe(double amount, Settings settings, List<Method> methods) {
    String value = amount == Math.rint(amount) ? String.valueOf((long) amount) : amount + "";
    String text =
        "seed: " + settings.seed() + "\nsteps:\n  - " + step.replace(AMOUNT, value).strip();
    DiagnosticSink sink = new DiagnosticSink();
    Optional<Recipe> recipe = RecipeReader.parse(text, STEP, Path.of(""), methods, sink);
    sink.throwIfErrors();
    Recipe read = recipe.orElseThrow();
    return new Recipe(read.name(), settings.withoutEvaluation(), read.steps());
  }

  /** The fraction of zeros among the weights of all layers. */
  static double zeros(OnnxGraph graph) {
    long zeros = 0;
    long all = 0;
    for (String weights : Layer.of(graph).stream().map(Layer::weights).distinct().toList()) {
      float[] values = graph.constant(weights).orElseThrow().toFloats();
      zeros += IntStream.range(0, values.length).filter(i -> values[i] == 0).count();
      all += values.length;
    }
    return all == 0 ? 0 : (double) zeros / all;
  }
}
