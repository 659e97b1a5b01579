package dev.coppice.compiler.compress.search;

import dev.coppice.compiler.compress.evaluate.Measurement;
import dev.coppice.compiler.compress.model.OnnxGraph;
import java.util.List;

/**
 * A version of the model that a search has tried.
 *
 * @param steps the YAML of each step that leads to it
 * @param graph the model
 * @param measurement what it costs; its score is on the examples for selection
 * @param drop how much worse its score is than the original's
 */
public record Candidate(List<String> steps, OnnxGraph graph, Measurement measurement, double drop) {
  public Candidate {
    steps = List.copyOf(steps);
  }

  /** Whether it is nowhere worse than {@code other}, and somewhere better. */
  boolean dominates(Candidate other) {
    double[] own = costs();
    double[] others = other.costs();
    boolean better = false;
    for (int i = 0; i < own.length; i++) {
      if (own[i] > others[i]) {
        return false;
      }
      better |= own[i] < others[i];
    }
    return better;
  }

  /** What is to be small: the drop, weights, time or, where it was not measured, operations. */
  private double[] costs() {
    return new double[] {drop, measurement.weightBytes(), time(), measurement.arenaBytes()};
  }

  /** Its latency by the fastest backend or, where it was not measured, its operations. */
  double time() {
    return measurement.latencyMicros().isEmpty() ? measurement.executedMacs() : fastestMicros();
  }

  /** Its latency by the fastest backend, in microseconds; infinite where it was not measured. */
  public double fastestMicros() {
    return measurement.latencyMicros().values().stream()
        .mapToDouble(Double::doubleValue)
        .min()
        .orElse(Double.POSITIVE_INFINITY);
  }
}
