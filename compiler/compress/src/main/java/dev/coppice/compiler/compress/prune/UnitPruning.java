package dev.coppice.compiler.compress.prune;

import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;

/**
 * All weights of the outputs of smallest norm become zero, at most all but one. Shapes and biases
 * stay: {@code prune-channels} removes outputs for good.
 */
final class UnitPruning {
  private UnitPruning() {}

  /** {@code w} with the fraction {@code amount} of its outputs zero, of equal ones the first. */
  static Tensor prune(Tensor w, int outAxis, double amount) {
    int outputs = w.shape().dim(outAxis);
    int stride = w.shape().strides()[outAxis];
    float[] squares = new float[outputs];
    for (int i = 0; i < w.size(); i++) {
      squares[i / stride % outputs] += w.floatAt(i) * w.floatAt(i);
    }
    long count = Math.min(outputs - 1, MagnitudePruning.count(amount, outputs));
    boolean[] goes = MagnitudePruning.smallest(Tensor.ofFloats(Shape.of(outputs), squares), count);
    float[] pruned = w.toFloats();
    for (int i = 0; i < pruned.length; i++) {
      pruned[i] = goes[i / stride % outputs] ? 0 : pruned[i];
    }
    return Tensor.ofFloats(w.shape(), pruned);
  }
}
