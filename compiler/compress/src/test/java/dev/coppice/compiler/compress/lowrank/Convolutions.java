package dev.coppice.compiler.compress.lowrank;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.op.Conv;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;
import java.util.Random;

/** Random weights and chains of convolutions for tests. */
final class Convolutions {
  private Convolutions() {}

  /** Normally distributed float64 elements. */
  static Tensor random(long seed, int... dims) {
    Random random = new Random(seed);
    return Tensor.fromDoubles(
        new TensorType(DType.FLOAT64, Shape.of(dims)), i -> random.nextGaussian());
  }

  /** Convolves {@code x: [N, C, H, W]} without a bias. */
  static Tensor convolve(
      Tensor x,
      Tensor w,
      List<Integer> strides,
      List<Integer> pads,
      List<Integer> dilations,
      int group) {
    return new Conv(strides, pads, dilations, group).evaluate(List.of(x, w)).get(0);
  }

  /** The norm of the difference over the norm of {@code expected}. */
  static double relativeError(Tensor expected, Tensor actual) {
    assertEquals(expected.shape(), actual.shape());
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < expected.size(); i++) {
      double e = expected.doubleAt(i);
      difference += (e - actual.doubleAt(i)) * (e - actual.doubleAt(i));
      norm += e * e;
    }
    return Math.sqrt(difference / norm);
  }
}
