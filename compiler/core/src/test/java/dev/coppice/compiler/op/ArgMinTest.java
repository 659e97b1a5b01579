package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class ArgMinTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new ArgMin(1, false, false), Tensor.ofFloats(Shape.of(2, 3), 5, 1, 1, 0, 2, 1))
            .gives(Tensor.ofLongs(Shape.of(2), 1, 0)),
        of(new ArgMin(1, true, true), Tensor.ofFloats(Shape.of(2, 3), 5, 1, 1, 2, 2, 3))
            .gives(Tensor.ofLongs(Shape.of(2, 1), 2, 1)),
        of(new ArgMin(0, false, false), random(1, 5, 3, 2)),
        of(new ArgMin(1, false, true), random(1, DType.UINT8, 2, 20)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new ArgMin(0, true, false),
            "operand 0 is bool[2], expected numbers",
            TensorType.of(DType.BOOL, 2)));
  }
}
