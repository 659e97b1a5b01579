package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class SoftsignTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new Softsign(), floats(1, -3)).gives(floats(0.5f, -0.75f)),
        of(new Softsign(), random(1, 2, 3, 5)),
        of(new Softsign(), Tensor.scalar(1)),
        of(new Softsign(), random(3, 0)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new Softsign(),
            "operand is i64[2]; expected a float type",
            TensorType.of(DType.INT64, 2)));
  }
}
