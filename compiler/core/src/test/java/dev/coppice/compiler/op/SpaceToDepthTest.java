package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class SpaceToDepthTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new SpaceToDepth(2), floats(0, 1, 2, 3).reshape(Shape.of(1, 1, 2, 2)))
            .gives(floats(0, 1, 2, 3).reshape(Shape.of(1, 4, 1, 1))),
        of(new SpaceToDepth(2), Tensor.ofFloats(Shape.of(1, 2, 2, 2), 0, 2, 4, 6, 1, 3, 5, 7))
            .gives(Tensor.ofFloats(Shape.of(1, 8, 1, 1), 0, 1, 2, 3, 4, 5, 6, 7)),
        of(new SpaceToDepth(3), random(1, 2, 2, 6, 9)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new SpaceToDepth(2),
            "operand 0 is f32[1,6,3,2], expected [N, C, H, W] with H and W divisible by 2",
            TensorType.of(DType.FLOAT32, 1, 6, 3, 2)));
  }
}
