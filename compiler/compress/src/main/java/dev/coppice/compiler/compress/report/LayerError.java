package dev.coppice.compiler.compress.report;

/**
 * How far a layer is from the original.
 *
 * @param relative the relative L2 difference over all elements and examples
 * @param compared what was compared, for people, e.g. {@code 12 of 32 channels of its output}
 */
public record LayerError(double relative, String compared) {}
