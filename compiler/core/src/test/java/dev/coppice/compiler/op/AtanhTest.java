package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class AtanhTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new Atanh(), floats(0, 0.5f)).gives(floats(0, 0.54930614f)),
        of(new Atanh(), new Tanh().evaluate(List.of(random(1, 2, 3, 5))).get(0)),
        of(new Atanh(), Tensor.scalar(1)),
        of(new Atanh(), random(3, 0)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new Atanh(),
            "operand is i64[2]; expected a float type",
            TensorType.of(DType.INT64, 2)));
  }
}
