package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class AcosTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new Acos(), floats(1, 0.5f)).gives(floats(0, 1.0471976f)),
        of(new Acos(), new Tanh().evaluate(List.of(random(1, 2, 3, 5))).get(0)),
        of(new Acos(), Tensor.scalar(1)),
        of(new Acos(), random(3, 0)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new Acos(), "operand is i64[2]; expected a float type", TensorType.of(DType.INT64, 2)));
  }
}
