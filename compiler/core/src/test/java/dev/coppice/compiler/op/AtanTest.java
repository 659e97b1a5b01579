package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class AtanTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new Atan(), floats(0, 1)).gives(floats(0, 0.78539816f)),
        of(new Atan(), random(1, 2, 3, 5)),
        of(new Atan(), Tensor.scalar(1)),
        of(new Atan(), random(3, 0)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new Atan(), "operand is i64[2]; expected a float type", TensorType.of(DType.INT64, 2)));
  }
}
