package dev.coppice.examples.benchmarks.compression;

import dev.coppice.compiler.compress.evaluate.Measurement;
import dev.coppice.compiler.compress.evaluate.Metric;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an experiment gave.
 *
 * @param experiment the experiment
 * @param steps the steps that were run
 * @param metric what the model is judged by
 * @param before the original
 * @param after the compressed model
 * @param examples how many examples judged
 * @param agreement percent of them for which ONNX Runtime predicts what the compiled class does
 * @param faster times faster by backend, both classes in turns in one process
 * @param notes what else is to be told
 */
record Row(
    Experiment experiment,
    List<String> steps,
    Metric metric,
    Measurement before,
    Measurement after,
    int examples,
    double agreement,
    Map<String, Double> faster,
    List<String> notes) {
  Row {
    steps = List.copyOf(steps);
    faster = Collections.unmodifiableMap(new LinkedHashMap<>(faster));
    notes = List.copyOf(notes);
  }

  /** By how much the metric got worse. */
  double lost() {
    return metric.drop(before.score().orElse(0.0), after.score().orElse(0.0));
  }

  boolean holds() {
    return experiment.asked().stream().allMatch(c -> c.holds(this));
  }
}
