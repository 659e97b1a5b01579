package dev.coppice.compiler.compress.merge;

import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Two convolutions in a row as one: tap {@code b} of the first below tap {@code a} of the second
 * lies {@code a s1 d2 + b d1} places behind the first place that is read.
 *
 * @param first window of the first convolution
 * @param second window of the second
 * @param merged window of both
 */
record WindowProduct(Window first, Window second, Window merged) {

  /**
   * The product of two windows; empty if the second pads what the first has computed, which the
   * first would have to compute as zero.
   *
   * @param shifts whether the first convolution has a bias other than zero
   */
  static Optional<WindowProduct> of(Window first, Window second, boolean shifts) {
    boolean inside = second.isUnpadded();
    boolean outside = first.isPointwise() && !shifts;
    if (first.rank() != second.rank() || !inside && !outside) {
      return Optional.empty();
    }
    List<Integer> kernel = new ArrayList<>();
    List<Integer> strides = new ArrayList<>();
    List<Integer> dilations = new ArrayList<>();
    for (int a = 0; a < first.rank(); a++) {
      int near = first.kernel().get(a) > 1 ? first.dilations().get(a) : 0;
      int far = second.kernel().get(a) > 1 ? first.strides().get(a) * second.dilations().get(a) : 0;
      int dilation = Math.max(1, gcd(near, far));
      int last = (first.kernel().get(a) - 1) * near + (second.kernel().get(a) - 1) * far;
      kernel.add(last / dilation + 1);
      strides.add(first.strides().get(a) * second.strides().get(a));
      dilations.add(dilation);
    }
    List<Integer> pads = inside ? first.pads() : second.pads();
    return Optional.of(
        new WindowProduct(first, second, new Window(kernel, strides, pads, dilations)));
  }

  private static int gcd(int a, int b) {
    return b == 0 ? a : gcd(b, a % b);
  }

  /** Taps of the merged kernel. */
  int taps() {
    return merged.kernel().stream().reduce(1, (a, b) -> a * b);
  }

  /** Where tap {@code inner} of the first lies below tap {@code outer} of the second. */
  private int tap(int outer, int inner) {
    int tap = 0;
    int outerRest = taps(second);
    int innerRest = taps(first);
    for (int a = 0; a < merged.rank(); a++) {
      outerRest /= second.kernel().get(a);
      innerRest /= first.kernel().get(a);
      int o = outer / outerRest % second.kernel().get(a);
      int i = inner / innerRest % first.kernel().get(a);
      int place =
          o * first.strides().get(a) * second.dilations().get(a) + i * first.dilations().get(a);
      tap = tap * merged.kernel().get(a) + place / merged.dilations().get(a);
    }
    return tap;
  }

  private static int taps(Window window) {
    return window.kernel().stream().reduce(1, (a, b) -> a * b);
  }

  /**
   * The weights of both.
   *
   * @param a the first convolution
   * @param b weights of the second, {@code [O, I / groups, kernel]}
   * @param groups groups of the second
   * @param merged groups of the merged convolution
   */
  Tensor weights(Linear a, Tensor b, int groups, int merged) {
    int outputs = b.shape().dim(0);
    int inputs = a.inputs() / merged;
    int columns = a.data().shape().dim(1);
    double[] w = new double[outputs * inputs * taps()];
    for (int j = 0; j < b.size(); j++) {
      int outer = j % taps(second);
      int o = j / taps(second) / b.shape().dim(1);
      int middle = middle(j, b.shape(), groups);
      for (int k = 0; k < columns * taps(first); k++) {
        int i = middle * columns * taps(first) + k;
        int in = a.input(i) % inputs;
        w[(o * inputs + in) * taps() + tap(outer, k % taps(first))] += b.doubleAt(j) * a.weight(i);
      }
    }
    int[] dims = new int[2 + this.merged.rank()];
    dims[0] = outputs;
    dims[1] = inputs;
    for (int axis = 2; axis < dims.length; axis++) {
      dims[axis] = this.merged.kernel().get(axis - 2);
    }
    return Tensor.fromDoubles(a.data().type().with(Shape.of(dims)), i -> w[i]);
  }

  /** The bias of both: that of the second, and what it makes of that of the first. */
  double[] bias(Linear a, Tensor b, int groups, double[] own) {
    double[] bias = own.clone();
    for (int j = 0; j < b.size(); j++) {
      int o = j / taps(second) / b.shape().dim(1);
      bias[o] += b.doubleAt(j) * a.bias()[middle(j, b.shape(), groups)];
    }
    return bias;
  }

  /** The channel between both that weight {@code j} of the second reads. */
  private int middle(int j, Shape b, int groups) {
    int o = j / taps(second) / b.dim(1);
    return o / (b.dim(0) / groups) * b.dim(1) + j / taps(second) % b.dim(1);
  }
}
