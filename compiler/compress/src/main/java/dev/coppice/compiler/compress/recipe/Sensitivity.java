package dev.coppice.compiler.compress.recipe;

/**
 * What a change to one layer alone costs.
 *
 * @param layer label of the layer
 * @param amount what was done to it, e.g. {@code int8} or {@code 50 %}
 * @param metric what the cost is measured by, on calibration data, e.g. {@code top-1}
 * @param drop by how much the metric gets worse, in its unit
 */
public record Sensitivity(String layer, String amount, String metric, double drop) {}
