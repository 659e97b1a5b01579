package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class InterleaveTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(
                new Interleave(List.of(2), List.of(1), List.of(4)),
                Tensor.ofFloats(Shape.of(1, 2, 3), 0, 1, 2, 10, 11, 12))
            .gives(Tensor.ofFloats(Shape.of(1, 1, 4), 10, 1, 11, 2)),
        of(
                new Interleave(List.of(2, 2), List.of(0, 0), List.of(2, 2)),
                floats(0, 1, 2, 3, 4, 5, 6, 7).reshape(Shape.of(1, 8, 1, 1)))
            .gives(Tensor.ofFloats(Shape.of(1, 2, 2, 2), 0, 1, 2, 3, 4, 5, 6, 7)),
        of(new Interleave(List.of(1, 6), List.of(2, 9), List.of(1, 13)), random(1, 2, 12, 4, 5)),
        of(
            new Interleave(List.of(2, 1, 3), List.of(1, 0, 2), List.of(3, 2, 4)),
            random(1, 1, 6, 2, 3, 2)),
        of(new Interleave(List.of(3), List.of(0), List.of(5)), random(1, DType.INT8, 1, 3, 2)),
        of(new Interleave(List.of(2), List.of(0), List.of(0)), random(1, 1, 2, 3)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new Interleave(List.of(2), List.of(1), List.of(6)),
            "spatial axis 0: places 1 to 6 by stride 2 are outside operand f32[1,2,3]",
            TensorType.of(DType.FLOAT32, 1, 2, 3)),
        refuses(
            new Interleave(List.of(2), List.of(1), List.of(5)),
            "operand 0 is f32[1,3,3], expected axis 1 divisible by 2 phases",
            TensorType.of(DType.FLOAT32, 1, 3, 3)),
        refuses(
            new Interleave(List.of(), List.of(), List.of()),
            "operand 0 is f32[1,3], expected at least 3 dimensions [N, C, Q1, ...]",
            TensorType.of(DType.FLOAT32, 1, 3)));
  }
}
