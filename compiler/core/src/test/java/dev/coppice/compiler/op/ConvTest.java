package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class ConvTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(
                new Conv(List.of(1), List.of(0, 0), List.of(1), 1),
                Tensor.ofFloats(Shape.of(1, 1, 4), 1, 2, 3, 4),
                Tensor.ofFloats(Shape.of(1, 1, 2), 1, -1))
            .constantsFrom(1)
            .gives(Tensor.ofFloats(Shape.of(1, 1, 3), -1, -1, -1)),
        of(
                new Conv(List.of(1, 1), List.of(1, 1, 1, 1), List.of(1, 1), 1),
                random(1, 1, 3, 9, 9),
                random(2, 5, 3, 3, 3),
                random(3, 5))
            .constantsFrom(1),
        of(
                new Conv(List.of(2, 1), List.of(0, 1, 2, 0), List.of(1, 2), 2),
                random(1, 2, 4, 8, 11),
                random(2, 6, 2, 3, 2),
                random(3, 6))
            .constantsFrom(1),
        of(
                new Conv(List.of(2, 2), List.of(1, 1, 1, 1), List.of(1, 1), 8),
                random(1, 1, 8, 10, 10),
                random(2, 8, 1, 3, 3))
            .constantsFrom(1),
        of(
                new Conv(List.of(1, 1), List.of(1, 1, 1, 1), List.of(1, 1), 1),
                random(1, 1, 16, 3, 3),
                random(2, 24, 16, 3, 3),
                random(3, 24))
            .constantsFrom(1),
        of(
                new Conv(List.of(1, 1), List.of(1, 1, 1, 1), List.of(1, 1), 1),
                random(1, 1, 3, 16, 16),
                random(2, 4, 3, 3, 3),
                random(3, 4))
            .constantsFrom(1),
        of(
                new Conv(List.of(1, 1), List.of(0, 2, 0, 1), List.of(1, 2), 1),
                random(1, 1, 1, 36, 11),
                random(2, 12, 1, 7, 5))
            .constantsFrom(1),
        of(pointwise(), random(1, 2, 20, 7, 7), sparse(2, 12, 20, 1, 1), random(3, 12))
            .constantsFrom(1),
        of(pointwise(), random(1, 1, 30, 23, 17), sparse(2, 9, 30, 1, 1)).constantsFrom(1),
        of(depthwise(3, 1), random(1, 2, 3, 7, 7), random(2, 3, 1, 3, 3), random(3, 3))
            .constantsFrom(1),
        of(depthwise(2, 1), random(1, 1, 2, 9, 37), random(2, 2, 1, 3, 3)).constantsFrom(1),
        of(depthwise(2, 2), random(1, 1, 2, 9, 37), random(2, 2, 1, 3, 3)).constantsFrom(1),
        of(
            new Conv(List.of(1, 1), List.of(0, 0, 0, 0), List.of(1, 1), 1),
            random(1, 1, 3, 5, 5),
            random(2, 2, 3, 2, 2)),
        of(
                new Conv(List.of(1, 1, 2), List.of(1, 0, 1, 1, 0, 1), List.of(1, 1, 1), 1),
                random(1, 1, 2, 4, 5, 6),
                random(2, 3, 2, 2, 2, 3),
                random(3, 3))
            .constantsFrom(1));
  }

  private static Conv pointwise() {
    return new Conv(List.of(1, 1), List.of(0, 0, 0, 0), List.of(1, 1), 1);
  }

  private static Conv depthwise(int channels, int stride) {
    return new Conv(List.of(stride, stride), List.of(1, 1, 1, 1), List.of(1, 1), channels);
  }

  /** Four of five elements are zero. */
  private static Tensor sparse(int seed, int... dims) {
    Tensor all = random(seed, dims);
    return Tensor.fromDoubles(all.type(), i -> i % 5 == 0 ? all.doubleAt(i) : 0);
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new Conv(List.of(1), List.of(0, 0), List.of(1), 1),
            "x is f32[1,3]; expected [N, C, spatial...]",
            TensorType.of(DType.FLOAT32, 1, 3),
            TensorType.of(DType.FLOAT32, 1, 3)),
        refuses(
            new Conv(List.of(1), List.of(0, 0), List.of(1), 2),
            "x is f32[1,3,4], w is f32[2,3,1], group 2; group must divide both channel counts and w"
                + " axis 1 be C/group",
            TensorType.of(DType.FLOAT32, 1, 3, 4),
            TensorType.of(DType.FLOAT32, 2, 3, 1)),
        refuses(
            new Conv(List.of(1), List.of(0, 0), List.of(Integer.MAX_VALUE), 1),
            "kernel [3] with dilations [2147483647] does not fit input f32[1,1,4] with pads [0, 0]",
            TensorType.of(DType.FLOAT32, 1, 1, 4),
            TensorType.of(DType.FLOAT32, 1, 1, 3)));
  }
}
