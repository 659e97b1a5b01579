package dev.coppice.compiler.op;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChannelsLastConvTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(
                conv(List.of(1), List.of(0, 0), List.of(1), 1),
                Tensor.ofFloats(Shape.of(1, 4, 1), 1, 2, 3, 4),
                Tensor.ofFloats(Shape.of(1, 1, 2), 1, -1))
            .constantsFrom(1)
            .gives(Tensor.ofFloats(Shape.of(1, 3, 1), -1, -1, -1)),
        of(
                conv(List.of(1), List.of(1, 1), List.of(1), 1),
                random(1, 2, 21, 20),
                random(2, 24, 20, 3),
                random(3, 24))
            .constantsFrom(1),
        of(same(1), random(1, 1, 9, 9, 3), random(2, 5, 3, 3, 3), random(3, 5)).constantsFrom(1),
        of(same(1), random(1, 2, 3, 14, 8), random(2, 24, 8, 3, 3), random(3, 24)).constantsFrom(1),
        of(same(1), random(1, 1, 5, 7, 8), random(2, 48, 8, 3, 3)).constantsFrom(1),
        of(pointwise(1), random(1, 1, 13, 5, 16), random(2, 32, 16, 1, 1), random(3, 32))
            .constantsFrom(1),
        of(pointwise(1), random(1, 3, 2, 2, 40), random(2, 17, 40, 1, 1)).constantsFrom(1),
        of(pointwise(2), random(1, 1, 8, 9, 16), random(2, 32, 16, 1, 1)).constantsFrom(1),
        of(
                conv(List.of(2, 1), List.of(0, 1, 2, 0), List.of(1, 2), 2),
                random(1, 2, 8, 11, 4),
                random(2, 6, 2, 3, 2),
                random(3, 6))
            .constantsFrom(1),
        of(
                conv(List.of(2, 2), List.of(1, 1, 1, 1), List.of(1, 1), 8),
                random(1, 1, 10, 10, 8),
                random(2, 8, 1, 3, 3))
            .constantsFrom(1),
        of(same(40), random(1, 1, 4, 5, 40), random(2, 40, 1, 3, 3), random(3, 40))
            .constantsFrom(1),
        of(same(1), random(1, 1, 4, 4, 2), random(2, 3, 2, 3, 3)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            same(1),
            "x is f32[4,4], expected [N, spatial..., C]",
            TensorType.of(DType.FLOAT32, 4, 4),
            TensorType.of(DType.FLOAT32, 2, 4, 3, 3)),
        refuses(
            same(1),
            "x is f32[1,3,4,4], w is f32[2,2,3,3], group 1; group must divide both channel counts and w axis 1 be C/group",
            TensorType.of(DType.FLOAT32, 1, 4, 4, 3),
            TensorType.of(DType.FLOAT32, 2, 2, 3, 3)));
  }

  private static ChannelsLastConv conv(
      List<Integer> strides, List<Integer> pads, List<Integer> dilations, int group) {
    return new ChannelsLastConv(strides, pads, dilations, group);
  }

  /** A 3x3 kernel that keeps the places. */
  private static ChannelsLastConv same(int group) {
    return conv(List.of(1, 1), List.of(1, 1, 1, 1), List.of(1, 1), group);
  }

  private static ChannelsLastConv pointwise(int stride) {
    return conv(List.of(stride, stride), List.of(0, 0, 0, 0), List.of(1, 1), 1);
  }

  @Test
  void ordersOfAxesAreInverse() {
    assertEquals(List.of(0, 2, 3, 1), ChannelsLastConv.lastFromFirst(4));
    assertEquals(List.of(0, 3, 1, 2), ChannelsLastConv.firstFromLast(4));
  }
}
