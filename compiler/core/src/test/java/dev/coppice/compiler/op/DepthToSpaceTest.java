package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class DepthToSpaceTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(
                new DepthToSpace(2, DepthToSpace.Mode.DCR),
                floats(0, 1, 2, 3, 4, 5, 6, 7).reshape(Shape.of(1, 8, 1, 1)))
            .gives(Tensor.ofFloats(Shape.of(1, 2, 2, 2), 0, 2, 4, 6, 1, 3, 5, 7)),
        of(
                new DepthToSpace(2, DepthToSpace.Mode.CRD),
                floats(0, 1, 2, 3, 4, 5, 6, 7).reshape(Shape.of(1, 8, 1, 1)))
            .gives(Tensor.ofFloats(Shape.of(1, 2, 2, 2), 0, 1, 2, 3, 4, 5, 6, 7)),
        of(new DepthToSpace(3, DepthToSpace.Mode.CRD), random(1, 2, 18, 3, 4)),
        of(new DepthToSpace(2, DepthToSpace.Mode.DCR), random(1, 2, 12, 3, 4)),
        of(new DepthToSpace(1, DepthToSpace.Mode.DCR), random(1, 1, 2, 3, 4)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new DepthToSpace(2, DepthToSpace.Mode.DCR),
            "operand 0 is f32[1,6,2,2], expected [N, C, H, W] with C divisible by 2 * 2",
            TensorType.of(DType.FLOAT32, 1, 6, 2, 2)));
  }
}
