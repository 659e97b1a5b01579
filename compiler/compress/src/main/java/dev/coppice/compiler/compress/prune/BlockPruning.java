package dev.coppice.compiler.compress.prune;

import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;

/**
 * Pruning of whole blocks of a matrix of weights: those of the smallest sum of squares become zero.
 * A tensor of higher rank is the matrix of its first axis by all others; blocks at the end may be
 * smaller, and count by their mean.
 *
 * @param rows rows of a block
 * @param columns columns of a block
 */
record BlockPruning(int rows, int columns) {
  /** {@code w} with the fraction {@code amount} of its blocks zero, of equal ones the first. */
  Tensor prune(Tensor w, double amount) {
    Shape shape = w.shape();
    int height = shape.dim(0);
    int width = w.size() / height;
    int across = (width + columns - 1) / columns;
    int down = (height + rows - 1) / rows;
    float[] means = new float[across * down];
    int[] sizes = new int[means.length];
    for (int i = 0; i < w.size(); i++) {
      int block = i / width / rows * across + i % width / columns;
      means[block] += w.floatAt(i) * w.floatAt(i);
      sizes[block]++;
    }
    for (int b = 0; b < means.length; b++) {
      means[b] = (float) Math.sqrt(means[b] / sizes[b]);
    }
    // Blocks that stay are marked by 1, so that the smallest are found as weights are.
    Tensor marks = Tensor.ofFloats(Shape.of(means.length), means);
    long zeros = MagnitudePruning.count(amount, means.length);
    boolean[] goes = MagnitudePruning.smallest(marks, zeros);
    float[] pruned = w.toFloats();
    for (int i = 0; i < pruned.length; i++) {
      pruned[i] = goes[i / width / rows * across + i % width / columns] ? 0 : pruned[i];
    }
    return Tensor.ofFloats(shape, pruned);
  }
}
