package dev.coppice.compiler.compress.binarize;

import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.Random;

/** Normally distributed weights and distances for tests. */
final class GaussianWeights {
  private GaussianWeights() {}

  static Tensor of(long seed, int... dims) {
    Random random = new Random(seed);
    float[] values = new float[Shape.of(dims).size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensor.ofFloats(Shape.of(dims), values);
  }

  /** The sum of squared differences. */
  static double squaredError(Tensor w, Tensor other) {
    double sum = 0;
    for (int i = 0; i < w.size(); i++) {
      sum += Math.pow(w.doubleAt(i) - other.doubleAt(i), 2);
    }
    return sum;
  }

  /** The sum of squared differences over the sum of squares. */
  static double relativeError(Tensor w, Tensor other) {
    double sum = 0;
    for (int i = 0; i < w.size(); i++) {
      sum += w.doubleAt(i) * w.doubleAt(i);
    }
    return squaredError(w, other) / sum;
  }
}
