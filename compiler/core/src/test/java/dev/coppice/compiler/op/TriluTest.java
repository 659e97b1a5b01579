package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class TriluTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new Trilu(true, 0), Tensor.ofFloats(Shape.of(2, 2), 1, 2, 3, 4))
            .gives(Tensor.ofFloats(Shape.of(2, 2), 1, 2, 0, 4)),
        of(new Trilu(false, 0), Tensor.ofFloats(Shape.of(2, 2), 1, 2, 3, 4))
            .gives(Tensor.ofFloats(Shape.of(2, 2), 1, 0, 3, 4)),
        of(new Trilu(true, 2), random(1, 2, 4, 5)),
        of(new Trilu(false, -1), random(1, 2, 4, 5)),
        of(new Trilu(true, -9), random(1, 4, 5)),
        of(new Trilu(false, 100), random(1, DType.INT64, 4, 5)),
        of(new Trilu(true, 1), random(1, DType.BOOL, 4, 3)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new Trilu(true, 0),
            "operand 0 is f32[3], expected at least 2 dimensions [.., M, N]",
            TensorType.of(DType.FLOAT32, 3)));
  }
}
