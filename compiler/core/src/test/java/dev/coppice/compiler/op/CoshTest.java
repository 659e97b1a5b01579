package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class CoshTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new Cosh(), floats(0, 1)).gives(floats(1, 1.5430806f)),
        of(new Cosh(), random(1, 2, 3, 5)),
        of(new Cosh(), Tensor.scalar(1)),
        of(new Cosh(), random(3, 0)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new Cosh(), "operand is i64[2]; expected a float type", TensorType.of(DType.INT64, 2)));
  }
}
