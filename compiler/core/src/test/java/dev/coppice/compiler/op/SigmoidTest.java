package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class SigmoidTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new Sigmoid(), floats(-100, 0, 2, 100)).gives(floats(0, 0.5f, 0.88079708f, 1)),
        of(new Sigmoid(), random(1, 2, 3, 5)),
        of(new Sigmoid(), Tensor.scalar(1)),
        of(new Sigmoid(), random(3, 0)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new Sigmoid(),
            "operand is i64[2]; expected a float type",
            TensorType.of(DType.INT64, 2)));
  }
}
