package dev.coppice.compiler.compress.recipe;

import dev.coppice.compiler.compress.evaluate.Metric;
import java.util.Optional;

/**
 * What a recipe says beside its steps.
 *
 * @param seed of everything random
 * @param backend the backend that calibrates and evaluates; {@code portable} gives the same numbers
 *     on every machine
 * @param calibration unlabelled or labelled inputs to decide by
 * @param evaluation inputs to judge by, which decisions do not see
 * @param metric what the model is judged by
 * @param limits what the result may cost
 */
public record Settings(
    long seed,
    String backend,
    Optional<ExampleSource> calibration,
    Optional<ExampleSource> evaluation,
    Metric metric,
    Limits limits) {
  /** Settings of a recipe that gives none. */
  public static final Settings DEFAULT =
      new Settings(1, "portable", Optional.empty(), Optional.empty(), Metric.TOP_1, Limits.NONE);
}
