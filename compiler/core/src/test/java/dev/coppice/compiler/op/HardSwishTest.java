package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class HardSwishTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new HardSwish(), floats(-4, 0, 1, 4)).gives(floats(0, 0, 0.6666667f, 4)),
        of(new HardSwish(), random(1, 2, 3, 5)),
        of(new HardSwish(), Tensor.scalar(1)),
        of(new HardSwish(), random(3, 0)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new HardSwish(),
            "operand is i64[2]; expected a float type",
            TensorType.of(DType.INT64, 2)));
  }
}
