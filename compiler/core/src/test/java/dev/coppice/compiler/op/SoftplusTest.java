package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class SoftplusTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new Softplus(), floats(0, 100, -100)).gives(floats(0.69314718f, 100, 0)),
        of(new Softplus(), random(1, 2, 3, 5)),
        of(new Softplus(), Tensor.scalar(1)),
        of(new Softplus(), random(3, 0)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new Softplus(),
            "operand is i64[2]; expected a float type",
            TensorType.of(DType.INT64, 2)));
  }
}
