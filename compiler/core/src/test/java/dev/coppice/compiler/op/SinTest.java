package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class SinTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new Sin(), floats(0, 1)).gives(floats(0, 0.84147098f)),
        of(new Sin(), random(1, 2, 3, 5)),
        of(new Sin(), Tensor.scalar(1)),
        of(new Sin(), random(3, 0)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new Sin(), "operand is i64[2]; expected a float type", TensorType.of(DType.INT64, 2)));
  }
}
