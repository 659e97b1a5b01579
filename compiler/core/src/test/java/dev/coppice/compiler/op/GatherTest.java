package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class GatherTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new Gather(0), floats(1, 2, 3), Tensor.ofLongs(Shape.of(2), 2, -3)).gives(floats(3, 1)),
        of(new Gather(0), random(1, 5, 9), Tensor.ofLongs(Shape.of(2, 2), 4, 0, -1, 2))
            .constantsFrom(1),
        of(new Gather(1), random(1, 2, 5, 3), Tensor.ofLongs(Shape.of(3), 4, 0, -1)),
        of(new Gather(1), random(1, 2, 5, 3), Tensor.ofLongs(Shape.SCALAR, -2)).constantsFrom(1),
        of(new Gather(2), random(1, DType.INT32, 2, 3, 4), Tensor.ofLongs(Shape.of(1), 1)),
        of(new Gather(0), random(1, 4, 16), Tensor.ofLongs(Shape.of(3), 1, 1, 3)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new Gather(2),
            "axis 2 is outside 0..1 for operand f32[2,3]",
            TensorType.of(DType.FLOAT32, 2, 3),
            TensorType.of(DType.INT64, 1)),
        refuses(
            new Gather(0),
            "operand 1 is f32[1], expected element type [i32, i64]",
            TensorType.of(DType.FLOAT32, 2, 3),
            TensorType.of(DType.FLOAT32, 1)));
  }
}
