package dev.coppice.compiler.compress.recipe;

import java.util.List;

/**
 * What a step has to tell beside the model that it leaves.
 *
 * @param decisions what it decided
 * @param sensitivities what changes to single layers cost, as far as it measured them
 * @param curves what it measured before it decided
 */
public record Findings(
    List<Decision> decisions, List<Sensitivity> sensitivities, List<Curve> curves) {
  public Findings {
    decisions = List.copyOf(decisions);
    sensitivities = List.copyOf(sensitivities);
    curves = List.copyOf(curves);
  }

  /** Whether it measured anything that a report can draw. */
  public boolean hasMeasurements() {
    return !sensitivities.isEmpty() || !curves.isEmpty();
  }
}
