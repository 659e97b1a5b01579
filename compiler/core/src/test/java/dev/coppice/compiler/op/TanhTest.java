package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class TanhTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new Tanh(), floats(-100, 0, 0.5f, 100)).gives(floats(-1, 0, 0.46211716f, 1)),
        of(new Tanh(), random(1, 2, 3, 5)),
        of(new Tanh(), Tensor.scalar(1)),
        of(new Tanh(), random(3, 0)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new Tanh(), "operand is i64[2]; expected a float type", TensorType.of(DType.INT64, 2)));
  }
}
