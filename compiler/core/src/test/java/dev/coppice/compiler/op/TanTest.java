package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class TanTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new Tan(), floats(0, 1)).gives(floats(0, 1.5574077f)),
        of(new Tan(), new Tanh().evaluate(List.of(random(1, 2, 3, 5))).get(0)),
        of(new Tan(), Tensor.scalar(1)),
        of(new Tan(), random(3, 0)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new Tan(), "operand is i64[2]; expected a float type", TensorType.of(DType.INT64, 2)));
  }
}
