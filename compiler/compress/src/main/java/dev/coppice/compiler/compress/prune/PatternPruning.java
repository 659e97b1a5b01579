package dev.coppice.compiler.compress.prune;

import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.Optional;

/**
 * N:M sparsity: of each {@code of} inputs in turn of an output at most {@code kept} weights stay,
 * those of the largest magnitude (Mishra et al. 2021, arXiv 2104.08378).
 *
 * @param kept N, at least 1
 * @param of M, more than N
 */
record PatternPruning(int kept, int of) {
  PatternPruning {
    if (kept < 1 || of <= kept) {
      throw new IllegalArgumentException(kept + ":" + of);
    }
  }

  /** The pattern written as {@code 2:4}; empty if it is none. */
  static Optional<PatternPruning> parse(String text) {
    if (!text.matches("[1-9]\\d{0,2}:[1-9]\\d{0,2}")) {
      return Optional.empty();
    }
    int colon = text.indexOf(':');
    int n = Integer.parseInt(text.substring(0, colon));
    int m = Integer.parseInt(text.substring(colon + 1));
    return n < m ? Optional.of(new PatternPruning(n, m)) : Optional.empty();
  }

  /**
   * {@code w} with the pattern.
   *
   * @param outAxis the axis along which outputs lie; inputs are all other axes in order
   */
  Tensor prune(Tensor w, int outAxis) {
    Shape shape = w.shape();
    int outputs = shape.dim(outAxis);
    int stride = shape.strides()[outAxis];
    int inputs = w.size() / outputs;
    float[] pruned = w.toFloats();
    for (int o = 0; o < outputs; o++) {
      for (int from = 0; from < inputs; from += of) {
        int n = Math.min(of, inputs - from);
        float[] group = new float[n];
        int[] places = new int[n];
        for (int i = 0; i < n; i++) {
          int in = from + i;
          places[i] = in / stride * stride * outputs + o * stride + in % stride;
          group[i] = pruned[places[i]];
        }
        boolean[] goes =
            MagnitudePruning.smallest(Tensor.ofFloats(Shape.of(n), group), Math.max(0, n - kept));
        for (int i = 0; i < n; i++) {
          pruned[places[i]] = goes[i] ? 0 : pruned[places[i]];
        }
      }
    }
    return Tensor.ofFloats(shape, pruned);
  }
}
