package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class AveragePoolTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(
                new AveragePool(
                    List.of(2, 2),
                    List.of(2, 2),
                    List.of(0, 0, 0, 0),
                    List.of(1, 1),
                    false,
                    List.of(1, 1)),
                Tensor.ofFloats(Shape.of(1, 1, 2, 2), 1, 2, 4, 3))
            .gives(Tensor.ofFloats(Shape.of(1, 1, 1, 1), 2.5f)),
        of(
                new AveragePool(
                    List.of(2), List.of(1), List.of(1, 0), List.of(1), false, List.of(2)),
                Tensor.ofFloats(Shape.of(1, 1, 2), 2, 4))
            .gives(Tensor.ofFloats(Shape.of(1, 1, 2), 2, 3)),
        of(
                new AveragePool(
                    List.of(2), List.of(1), List.of(1, 0), List.of(1), true, List.of(2)),
                Tensor.ofFloats(Shape.of(1, 1, 2), 2, 4))
            .gives(Tensor.ofFloats(Shape.of(1, 1, 2), 1, 3)),
        of(
            new AveragePool(
                List.of(3, 3),
                List.of(2, 2),
                List.of(1, 1, 1, 1),
                List.of(1, 1),
                false,
                List.of(5, 6)),
            random(1, 2, 3, 9, 11)),
        of(
            new AveragePool(
                List.of(3, 3),
                List.of(1, 1),
                List.of(0, 1, 0, 1),
                List.of(1, 1),
                true,
                List.of(7, 11)),
            random(1, 2, 3, 9, 11)),
        of(
            new AveragePool(
                List.of(3, 3),
                List.of(1, 1),
                List.of(0, 1, 0, 1),
                List.of(1, 1),
                false,
                List.of(7, 11)),
            random(1, 2, 3, 9, 11)),
        of(
            new AveragePool(
                List.of(3, 1),
                List.of(1, 1),
                List.of(1, 0, 1, 0),
                List.of(1, 1),
                false,
                List.of(9, 11)),
            random(1, 2, 3, 9, 11)),
        of(
            new AveragePool(
                List.of(3, 2),
                List.of(2, 3),
                List.of(0, 0, 1, 1),
                List.of(2, 2),
                true,
                List.of(3, 4)),
            random(2, 1, 2, 8, 11)),
        of(
            new AveragePool(
                List.of(8, 8),
                List.of(1, 1),
                List.of(0, 0, 0, 0),
                List.of(1, 1),
                false,
                List.of(1, 1)),
            random(2, 1, 5, 8, 8)),
        of(
            new AveragePool(
                List.of(25, 5),
                List.of(25, 5),
                List.of(0, 0, 0, 0),
                List.of(1, 1),
                false,
                List.of(1, 1)),
            random(2, 1, 5, 25, 5)),
        of(
            new AveragePool(
                List.of(2, 2, 3),
                List.of(1, 1, 1),
                List.of(1, 0, 0, 0, 0, 0),
                List.of(1, 1, 1),
                false,
                List.of(4, 3, 3)),
            random(3, 1, 2, 4, 4, 5)),
        of(
            new AveragePool(List.of(3), List.of(2), List.of(0, 1), List.of(1), false, List.of(3)),
            random(4, DType.FLOAT16, 1, 2, 6)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new AveragePool(List.of(2), List.of(1), List.of(-1, 0), List.of(1), true, List.of(2)),
            "pads [-1, 0] must not be negative",
            TensorType.of(DType.FLOAT32, 1, 3, 4)),
        refuses(
            new AveragePool(List.of(2), List.of(1), List.of(0, 0), List.of(1), true, List.of(2)),
            "operand 0 is i8[1,3,4], expected element type [f32, f64, f16, bf16]",
            TensorType.of(DType.INT8, 1, 3, 4)));
  }
}
