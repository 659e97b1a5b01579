package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class FloorTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new Floor(), floats(1.5f, -1.5f, 2)).gives(floats(1, -2, 2)),
        of(new Floor(), random(1, 2, 3, 5)),
        of(new Floor(), Tensor.scalar(1)),
        of(new Floor(), random(3, 0)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new Floor(),
            "operand is i64[2]; expected a float type",
            TensorType.of(DType.INT64, 2)));
  }
}
