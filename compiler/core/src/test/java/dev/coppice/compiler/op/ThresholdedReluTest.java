package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class ThresholdedReluTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new ThresholdedRelu(1), floats(0.5f, 1, 1.5f)).gives(floats(0, 0, 1.5f)),
        of(new ThresholdedRelu(1), random(1, 2, 3, 5)),
        of(new ThresholdedRelu(2.5f), random(2, 2, 3, 5)),
        of(new ThresholdedRelu(2.5f), Tensor.scalar(1)),
        of(new ThresholdedRelu(2.5f), random(3, 0)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new ThresholdedRelu(1),
            "operand is i64[2]; expected a float type",
            TensorType.of(DType.INT64, 2)));
  }
}
