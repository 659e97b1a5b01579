package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class MaxPoolTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(
                new MaxPool(
                    List.of(2, 2),
                    List.of(2, 2),
                    List.of(0, 0, 0, 0),
                    List.of(1, 1),
                    List.of(1, 1)),
                Tensor.ofFloats(Shape.of(1, 1, 2, 2), 1, 2, 4, 3))
            .gives(Tensor.ofFloats(Shape.of(1, 1, 1, 1), 4)),
        of(
            new MaxPool(
                List.of(3, 3), List.of(2, 2), List.of(1, 1, 1, 1), List.of(1, 1), List.of(5, 6)),
            random(1, 2, 3, 9, 11)),
        of(
            new MaxPool(
                List.of(3, 3), List.of(1, 1), List.of(1, 1, 1, 1), List.of(1, 1), List.of(7, 12)),
            random(2, 1, 2, 7, 12)),
        of(
            new MaxPool(
                List.of(2, 3), List.of(1, 2), List.of(0, 1, 1, 0), List.of(2, 2), List.of(6, 4)),
            random(3, 1, 2, 7, 11)),
        of(
            new MaxPool(
                List.of(5, 7), List.of(3, 1), List.of(2, 3, 2, 3), List.of(1, 1), List.of(4, 9)),
            random(4, 1, 2, 10, 9)),
        of(
            new MaxPool(
                List.of(2, 2), List.of(2, 2), List.of(0, 0, 1, 1), List.of(1, 1), List.of(3, 3)),
            random(5, 1, 2, 5, 5)),
        of(
            new MaxPool(List.of(3), List.of(2), List.of(1, 0), List.of(1), List.of(5)),
            random(6, 2, 3, 10)),
        of(
            new MaxPool(List.of(40), List.of(1), List.of(0, 0), List.of(1), List.of(1)),
            random(6, 2, 3, 40)),
        of(
            new MaxPool(
                List.of(2, 2, 2),
                List.of(2, 2, 2),
                List.of(0, 1, 0, 0, 0, 0),
                List.of(1, 1, 1),
                List.of(2, 2, 2)),
            random(7, 1, 2, 4, 3, 5)),
        of(
            new MaxPool(
                List.of(4, 4), List.of(1, 1), List.of(0, 0, 0, 0), List.of(1, 1), List.of(1, 1)),
            random(8, 3, 2, 4, 4)),
        of(
            new MaxPool(
                List.of(1, 3), List.of(1, 1), List.of(0, 1, 0, 1), List.of(1, 1), List.of(40, 20)),
            random(9, 1, 2, 40, 20)),
        of(
            new MaxPool(
                List.of(2, 2), List.of(1, 1), List.of(1, 1, 0, 0), List.of(1, 1), List.of(4, 5)),
            random(10, DType.INT8, 1, 2, 4, 5)),
        of(
            new MaxPool(
                List.of(2, 2), List.of(1, 1), List.of(1, 1, 0, 0), List.of(1, 1), List.of(4, 5)),
            random(10, DType.FLOAT16, 1, 2, 4, 5)),
        of(
            new MaxPool(List.of(2), List.of(1), List.of(0, 0), List.of(1), List.of(0)),
            random(11, 2, 3, 1)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new MaxPool(List.of(2), List.of(1), List.of(0, 0), List.of(1), List.of(2)),
            "operand 0 is f32[3,4], expected at least 3 dimensions [N, C, D1, ...]",
            TensorType.of(DType.FLOAT32, 3, 4)),
        refuses(
            new MaxPool(List.of(2), List.of(0), List.of(0, 0), List.of(1), List.of(2)),
            "kernel [2], strides [0] and dilations [1] must be positive",
            TensorType.of(DType.FLOAT32, 1, 3, 4)),
        refuses(
            new MaxPool(List.of(2), List.of(1), List.of(0), List.of(1), List.of(2)),
            "pads [0] has 1 entries, expected 2 for operand f32[1,3,4]",
            TensorType.of(DType.FLOAT32, 1, 3, 4)));
  }
}
