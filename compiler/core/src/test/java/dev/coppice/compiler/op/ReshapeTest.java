package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class ReshapeTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new Reshape(List.of(3, 2)), random(1, 2, 3)),
        of(new Reshape(List.of()), random(1, 1, 1)),
        of(new Reshape(List.of(2, 2)), floats(1, 2, 3, 4))
            .gives(Tensor.ofFloats(Shape.of(2, 2), 1, 2, 3, 4)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new Reshape(List.of(4, 2)),
            "operand f32[2,3] has 6 elements, shape [4,2] has 8",
            TensorType.of(DType.FLOAT32, 2, 3)));
  }
}
