package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class LogSoftmaxTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new LogSoftmax(0), floats(0, 0)).gives(floats(-0.6931472f, -0.6931472f)),
        of(new LogSoftmax(1), random(1, 3, 40)),
        of(new LogSoftmax(1), random(1, 2, 5, 300)),
        of(new LogSoftmax(0), random(1, 3, 2)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new LogSoftmax(1),
            "axis 1 is outside 0..0 for operand f32[2]",
            TensorType.of(DType.FLOAT32, 2)));
  }
}
