package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class HardSigmoidTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new HardSigmoid(0.2f, 0.5f), floats(-5, 0, 1, 5)).gives(floats(0, 0.5f, 0.7f, 1)),
        of(new HardSigmoid(0.2f, 0.5f), random(1, 2, 3, 5)),
        of(new HardSigmoid(0.5f, 0.6f), random(2, 2, 3, 5)),
        of(new HardSigmoid(0.5f, 0.6f), Tensor.scalar(1)),
        of(new HardSigmoid(0.5f, 0.6f), random(3, 0)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new HardSigmoid(0.2f, 0.5f),
            "operand is i64[2]; expected a float type",
            TensorType.of(DType.INT64, 2)));
  }
}
