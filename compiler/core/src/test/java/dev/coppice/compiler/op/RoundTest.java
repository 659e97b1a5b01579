package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class RoundTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new Round(), floats(0.5f, 1.5f, 2.5f, -0.6f)).gives(floats(0, 2, 2, -1)),
        of(new Round(), random(1, 2, 3, 5)),
        of(new Round(), Tensor.scalar(1)),
        of(new Round(), random(3, 0)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new Round(),
            "operand is i64[2]; expected a float type",
            TensorType.of(DType.INT64, 2)));
  }
}
