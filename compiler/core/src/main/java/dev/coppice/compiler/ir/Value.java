package dev.coppice.compiler.ir;

import dev.coppice.compiler.tensor.TensorType;

/**
 * A tensor that flows along an edge of a graph: an input, a constant, or what a node computes.
 *
 * @param name unique in its graph
 * @param type static and complete
 */
public record Value(String name, TensorType type) {}
