package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class ReciprocalTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new Reciprocal(), floats(4, -0.5f)).gives(floats(0.25f, -2)),
        of(new Reciprocal(), random(1, 2, 3, 5)),
        of(new Reciprocal(), Tensor.scalar(1)),
        of(new Reciprocal(), random(3, 0)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new Reciprocal(),
            "operand is i64[2]; expected a float type",
            TensorType.of(DType.INT64, 2)));
  }
}
