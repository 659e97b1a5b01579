package dev.coppice.examples.benchmarks.compression;

import java.util.List;
import java.util.Optional;

/**
 * A network compressed in one way.
 *
 * @param name what the row is called
 * @param model folder of the network; the recipe of the same name has its data
 * @param steps the steps in YAML
 * @param budget searched for instead of steps, if it is given
 * @param asked what the row is to show
 */
record Experiment(
    String name, String model, List<String> steps, Optional<String> budget, List<Claim> asked) {
  Experiment {
    steps = List.copyOf(steps);
    asked = List.copyOf(asked);
  }

  static Experiment of(String name, String model, String steps, Claim... asked) {
    return new Experiment(name, model, steps.lines().toList(), Optional.empty(), List.of(asked));
  }

  static Experiment search(String name, String model, String budget, Claim... asked) {
    return new Experiment(name, model, List.of(), Optional.of(budget), List.of(asked));
  }
}
