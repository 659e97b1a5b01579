package dev.coppice.compiler.compress.search;

import dev.coppice.compiler.compress.Compressor;
import dev.coppice.compiler.compress.evaluate.Evaluator;
import dev.coppice.compiler.compress.evaluate.Measurement;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.recipe.ExampleSource;
import dev.coppice.compiler.compress.recipe.Limits;
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
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Looks for steps whose result meets a budget: a beam search over the stages of a {@link
 * SearchSpace}. A choice that loses clearly more than the budget allows ends its ladder, and of
 * what is left only versions that no other is better than in every respect go on to the next stage.
 * Every version is a list of recipe steps that was run as such, so its recipe reproduces it.
 */
public final class BudgetSearch {
  /** Versions that go on from one stage to the next. */
  private static final int BEAM = 3;

  /** By how many times the allowed drop may be exceeded before a ladder ends. */
  private static final double HOPELESS = 2;

  /** Versions that are judged by the evaluation data until one meets the budget there. */
  private static final int FINALISTS = 5;

  /** Seconds for which a version is timed while searching. */
  private static final double SECONDS = 0.2;

  private final OnnxGraph original;
  private final Settings settings;
  private final Limits budget;
  private final SearchSpace space;
  private final List<Method> methods;
  private final Progress progress;
  private final Evaluator judge;
  private final double before;
  private final List<Candidate> tried = new ArrayList<>();

  private BudgetSearch(
      OnnxGraph original,
      Settings settings,
      Limits budget,
      SearchSpace space,
      List<Method> methods,
      Progress progress) {
    this.original = original;
    this.settings = settings.opened(Compressor.ports(original));
    this.budget = budget;
    this.space = space;
    this.methods = methods;
    this.progress = progress;
    ExampleSource source =
        this.settings
            .selection()
            .or(this.settings::calibration)
            .orElseThrow(() -> refused("a search needs 'selection' or 'calibration' data"));
    this.judge = Compressor.evaluator(source, this.settings, original);
    this.before = judge.evaluate(original);
  }

  /**
   * What a search found.
   *
   * @param chosen the version that meets the budget
   * @param front the versions that no other is better than in every respect, by weight bytes
   * @param tried how many versions were tried
   */
  public record Result(Candidate chosen, List<Candidate> front, int tried) {}

  /**
   * The version of {@code original} that meets {@code budget} and loses least; where the budget
   * limits nothing but the drop, the one with the smallest product of weight bytes and time.
   *
   * @param settings data to decide and to judge by, metric, seed; their limits do not count
   * @param methods what steps may name
   * @throws CompileException if nothing that was tried meets the budget, with what came close
   */
  public static Result search(
      OnnxGraph original,
      Settings settings,
      Limits budget,
      SearchSpace space,
      List<Method> methods,
      Progress progress) {
    return new BudgetSearch(original, settings, budget, space, methods, progress).run();
  }

  private Result run() {
    List<Candidate> beam = new ArrayList<>();
    List<String> merged = List.of("{method: merge}");
    Candidate root = measured(merged, step(original, merged.get(0)));
    beam.add(root);
    int stage = 0;
    for (SearchSpace.Stage s : space.stages()) {
      stage++;
      List<Candidate> next = new ArrayList<>(beam);
      for (int i = 0; i < beam.size(); i++) {
        progress.at(
            "stage " + stage + " of " + space.stages().size() + ", " + tried.size() + " tried",
            i,
            beam.size());
        for (SearchSpace.Ladder ladder : s.ladders()) {
          next.addAll(climb(beam.get(i), ladder));
        }
      }
      beam = thinned(front(next));
    }
    return choose();
  }

  /** The versions that {@code ladder} makes of {@code from}, until one is hopeless. */
  private List<Candidate> climb(Candidate from, SearchSpace.Ladder ladder) {
    List<Candidate> made = new ArrayList<>();
    for (List<String> choice : ladder.choices()) {
      Optional<Candidate> next = tryChoice(from, choice);
      if (next.isEmpty()
          || next.get().drop() > HOPELESS * budget.accuracyDrop().orElse(Double.MAX_VALUE) + 0.1) {
        break;
      }
      made.add(next.get());
    }
    return made;
  }

  private Optional<Candidate> tryChoice(Candidate from, List<String> choice) {
    List<String> steps = new ArrayList<>(from.steps());
    OnnxGraph graph = from.graph();
    try {
      for (String step : choice) {
        graph = step(graph, step);
        steps.add(step);
      }
      return Optional.of(measured(steps, graph));
    } catch (CompileException e) {
      // What a method refuses for this model is no way to compress it.
      return Optional.empty();
    }
  }

  private OnnxGraph step(OnnxGraph graph, String step) {
    Recipe recipe = recipe("steps: [" + step + "]");
    Recipe whole = new Recipe(recipe.name(), settings.withoutEvaluation(), recipe.steps());
    return Compressor.compress(original, graph, whole, new DiagnosticSink(), Progress.NONE)
        .compressed();
  }

  private Recipe recipe(String text) {
    DiagnosticSink sink = new DiagnosticSink();
    Optional<Recipe> recipe =
        RecipeReader.parse(
            "seed: " + settings.seed() + "\n" + text, "search", Path.of(""), methods, sink);
    return recipe.orElseThrow(
        () ->
            new IllegalStateException(
                "compiler bug: the search space has a step that is none: " + sink.diagnostics()));
  }

  private Candidate measured(List<String> steps, OnnxGraph graph) {
    Measurement.Plan plan =
        budget.needsTiming()
            ? Measurement.Plan.timed(settings.backend(), SECONDS)
            : Measurement.Plan.sizes(settings.backend());
    Measurement measurement = Measurement.of(graph, Optional.of(judge), plan);
    double drop = settings.metric().drop(before, measurement.score().orElseThrow());
    Candidate candidate = new Candidate(steps, graph, measurement, drop);
    tried.add(candidate);
    return candidate;
  }

  /** Those that no other is better than in every respect. */
  private static List<Candidate> front(List<Candidate> all) {
    return all.stream().filter(c -> all.stream().noneMatch(o -> o.dominates(c))).toList();
  }

  /** At most {@link #BEAM}: those that come closest to the budget, and the one that lost least. */
  private List<Candidate> thinned(List<Candidate> front) {
    List<Candidate> sorted = new ArrayList<>(front);
    sorted.sort(Comparator.comparingDouble(this::excess).thenComparingDouble(Candidate::drop));
    return sorted.subList(0, Math.min(BEAM, sorted.size()));
  }

  /** The sum of how many times each limit is exceeded; where none is, how little it takes. */
  private double excess(Candidate c) {
    Measurement m = c.measurement();
    double excess = over(c.drop(), budget.accuracyDrop().orElse(Double.MAX_VALUE));
    excess += over((double) m.weightBytes(), (double) budget.weightBytes().orElse(Long.MAX_VALUE));
    excess += over((double) m.macs(), (double) budget.macs().orElse(Long.MAX_VALUE));
    excess += over((double) m.arenaBytes(), (double) budget.arenaBytes().orElse(Long.MAX_VALUE));
    excess +=
        budget.latencyMicros().isPresent()
            ? over(c.time(), budget.latencyMicros().getAsDouble())
            : 0;
    return excess;
  }

  private static double over(double value, double most) {
    return Math.max(0, value / Math.max(most, 1e-9) - 1);
  }

  private Result choose() {
    boolean costsLimited =
        budget.weightBytes().isPresent()
            || budget.macs().isPresent()
            || budget.arenaBytes().isPresent()
            || budget.latencyMicros().isPresent();
    Comparator<Candidate> order =
        costsLimited
            ? Comparator.comparingDouble(Candidate::drop)
                .thenComparingLong(c -> c.measurement().weightBytes())
            : Comparator.comparingDouble(c -> (double) c.measurement().weightBytes() * c.time());
    List<Candidate> feasible =
        tried.stream()
            .filter(c -> budget.exceededBy(c.measurement(), settings.metric(), before).isEmpty())
            .sorted(order)
            .toList();
    List<Candidate> front =
        front(tried).stream()
            .sorted(Comparator.comparingLong(c -> c.measurement().weightBytes()))
            .toList();
    for (Candidate c : feasible.subList(0, Math.min(FINALISTS, feasible.size()))) {
      if (holdsOnEvaluation(c)) {
        return new Result(c, front, tried.size());
      }
    }
    throw refused(
        "nothing that was tried ("
            + tried.size()
            + " versions) meets the budget"
            + (feasible.isEmpty() ? "" : " on the evaluation data")
            + "; closest came "
            + closest());
  }

  private boolean holdsOnEvaluation(Candidate c) {
    if (settings.evaluation().isEmpty() || budget.accuracyDrop().isEmpty()) {
      return true;
    }
    Evaluator last = Compressor.evaluator(settings.evaluation().get(), settings, original);
    double drop = settings.metric().drop(last.evaluate(original), last.evaluate(c.graph()));
    return drop <= budget.accuracyDrop().getAsDouble() + 1e-9;
  }

  private String closest() {
    return tried.stream()
        .sorted(Comparator.comparingDouble(this::excess))
        .limit(3)
        .map(
            c ->
                String.format(
                    Locale.ROOT,
                    "%s (drop %.2f, weights %d bytes, %d multiply-accumulates%s)",
                    String.join(" ", c.steps()),
                    c.drop(),
                    c.measurement().weightBytes(),
                    c.measurement().macs(),
                    budget.needsTiming() ? String.format(Locale.ROOT, ", %.1f us", c.time()) : ""))
        .reduce((a, b) -> a + "; " + b)
        .orElse("nothing");
  }

  private static CompileException refused(String problem) {
    return new CompileException(DiagnosticCode.BUDGET_EXCEEDED, SourceRef.NONE, problem);
  }
}
