package dev.coppice.compiler.compress.lowrank;

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
}
