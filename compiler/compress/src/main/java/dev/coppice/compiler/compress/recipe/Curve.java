package dev.coppice.compiler.compress.recipe;

import java.util.List;

/**
 * What a measure becomes as the amount of a method grows, as a step found it before it decided.
 *
 * @param layer label of the layer, or empty where it concerns the whole model
 * @param amount what is varied, e.g. {@code fraction of channels removed}
 * @param measure what was measured, e.g. {@code top-1 on calibration data, %}
 * @param points by ascending amount
 */
public record Curve(String layer, String amount, String measure, List<Point> points) {
  public Curve {
    points = List.copyOf(points);
    for (int i = 1; i < points.size(); i++) {
      if (!(points.get(i - 1).amount() <= points.get(i).amount())) {
        throw new IllegalArgumentException("amounts do not ascend: " + points);
      }
    }
  }

  /** One measurement. */
  public record Point(double amount, double value) {}
}
