package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class ExpandTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new Expand(List.of(2, 3)), Tensor.ofFloats(Shape.of(2, 1), 1, 2))
            .gives(Tensor.ofFloats(Shape.of(2, 3), 1, 1, 1, 2, 2, 2)),
        of(new Expand(List.of(2, 3, 4)), random(1, 3, 1)),
        of(new Expand(List.of(3, 20)), random(1, 20)),
        of(new Expand(List.of(3, 20)), random(2, 3, 1)),
        of(new Expand(List.of(4)), Tensor.scalar(7)),
        of(new Expand(List.of(1, 3)), random(1, DType.BOOL, 3)),
        of(new Expand(List.of(2, 0)), random(1, 1, 1)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new Expand(List.of(2, 4)),
            "operand f32[3] does not broadcast to [2,4]",
            TensorType.of(DType.FLOAT32, 3)));
  }
}
