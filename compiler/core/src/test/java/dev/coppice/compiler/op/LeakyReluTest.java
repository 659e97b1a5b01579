package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class LeakyReluTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new LeakyRelu(0.01f), floats(-2, 0, 3)).gives(floats(-0.02f, 0, 3)),
        of(new LeakyRelu(0.01f), random(1, 2, 3, 5)),
        of(new LeakyRelu(0.3f), random(2, 2, 3, 5)),
        of(new LeakyRelu(0.3f), Tensor.scalar(1)),
        of(new LeakyRelu(0.3f), random(3, 0)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new LeakyRelu(0.01f),
            "operand is i64[2]; expected a float type",
            TensorType.of(DType.INT64, 2)));
  }
}
