package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class ChannelsLastAveragePoolTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(
                new ChannelsLastAveragePool(
                    List.of(2, 2),
                    List.of(2, 2),
                    List.of(0, 0, 0, 0),
                    List.of(1, 1),
                    true,
                    List.of(1, 1)),
                Tensor.ofFloats(Shape.of(1, 2, 2, 2), 1, 2, 5, 6, 3, 4, 8, 7))
            .gives(Tensor.ofFloats(Shape.of(1, 1, 1, 2), 4.25f, 4.75f)),
        of(
            new ChannelsLastAveragePool(
                List.of(3, 3),
                List.of(2, 2),
                List.of(1, 1, 1, 1),
                List.of(1, 1),
                false,
                List.of(5, 6)),
            random(1, 2, 9, 11, 24)),
        of(
            new ChannelsLastAveragePool(
                List.of(3, 3),
                List.of(1, 1),
                List.of(1, 1, 1, 1),
                List.of(1, 1),
                true,
                List.of(7, 12)),
            random(2, 1, 7, 12, 64)),
        of(
            new ChannelsLastAveragePool(
                List.of(2, 2),
                List.of(2, 2),
                List.of(0, 0, 0, 0),
                List.of(1, 1),
                true,
                List.of(3, 4)),
            random(3, 1, 6, 8, 8)),
        of(
            new ChannelsLastAveragePool(
                List.of(2, 3),
                List.of(1, 2),
                List.of(0, 1, 1, 0),
                List.of(2, 2),
                false,
                List.of(6, 4)),
            random(4, 1, 7, 11, 20)),
        of(
            new ChannelsLastAveragePool(
                List.of(5, 7),
                List.of(3, 1),
                List.of(2, 3, 2, 3),
                List.of(1, 1),
                true,
                List.of(4, 9)),
            random(5, 1, 10, 9, 3)),
        of(
            new ChannelsLastAveragePool(
                List.of(2, 2),
                List.of(2, 2),
                List.of(0, 0, 1, 1),
                List.of(1, 1),
                false,
                List.of(3, 3)),
            random(6, 1, 5, 5, 130)),
        of(
            new ChannelsLastAveragePool(
                List.of(3), List.of(2), List.of(1, 0), List.of(1), true, List.of(5)),
            random(7, 2, 10, 17)),
        of(
            new ChannelsLastAveragePool(
                List.of(1, 3),
                List.of(1, 1),
                List.of(0, 1, 0, 1),
                List.of(1, 1),
                true,
                List.of(4, 2)),
            random(8, 1, 4, 2, 1)),
        of(
            new ChannelsLastAveragePool(
                List.of(6, 5),
                List.of(1, 1),
                List.of(0, 0, 0, 0),
                List.of(1, 1),
                true,
                List.of(1, 1)),
            random(9, 2, 6, 5, 40)),
        of(
            new ChannelsLastAveragePool(
                List.of(2), List.of(1), List.of(0, 0), List.of(1), true, List.of(0)),
            random(10, 2, 1, 3)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new ChannelsLastAveragePool(
                List.of(2), List.of(1), List.of(0, 0), List.of(1), true, List.of(2)),
            "operand 0 is f32[3,4], expected [N, spatial..., C], 1 or 2 spatial axes",
            TensorType.of(DType.FLOAT32, 3, 4)),
        refuses(
            new ChannelsLastAveragePool(
                List.of(2), List.of(1), List.of(0, 0), List.of(1), true, List.of(2)),
            "operand 0 is f64[1,3,4], expected element type [f32]",
            TensorType.of(DType.FLOAT64, 1, 3, 4)));
  }
}
