package dev.coppice.compiler.compress.recipe;

import dev.coppice.compiler.compress.evaluate.Metric;
import dev.coppice.compiler.lowering.Port;
import java.util.List;
import java.util.Optional;

/**
 * What a recipe says beside its steps.
 *
 * @param seed of everything random
 * @param backend the backend that calibrates and evaluates; {@code portable} gives the same numbers
 *     on every machine
 * @param calibration unlabelled or labelled inputs to decide by
 * @param selection inputs by which a search prefers one result to another; where there are none,
 *     those of calibration
 * @param evaluation inputs to judge by, which decisions do not see
 * @param metric what the model is judged by
 * @param limits what the result may cost
 */
public record Settings(
    long seed,
    String backend,
    Optional<ExampleSource> calibration,
    Optional<ExampleSource> selection,
    Optional<ExampleSource> evaluation,
    Metric metric,
    Limits limits) {
  /** Settings of a recipe that gives none. */
  public static final Settings DEFAULT =
      new Settings(
          1,
          "portable",
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Metric.TOP_1,
          Limits.NONE);

  /** These without data to judge by. */
  public Settings withoutEvaluation() {
    return new Settings(seed, backend, calibration, selection, Optional.empty(), metric, limits);
  }

  /** These with all data opened once for {@code inputs}. */
  public Settings opened(List<Port> inputs) {
    return new Settings(
        seed,
        backend,
        calibration.map(s -> s.opened(inputs)),
        selection.map(s -> s.opened(inputs)),
        evaluation.map(s -> s.opened(inputs)),
        metric,
        limits);
  }
}
