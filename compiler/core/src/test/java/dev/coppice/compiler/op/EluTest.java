package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class EluTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new Elu(1), floats(-1, 0, 2)).gives(floats(-0.63212056f, 0, 2)),
        of(new Elu(1), random(1, 2, 3, 5)),
        of(new Elu(2), random(2, 2, 3, 5)),
        of(new Elu(2), Tensor.scalar(1)),
        of(new Elu(2), random(3, 0)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new Elu(1), "operand is i64[2]; expected a float type", TensorType.of(DType.INT64, 2)));
  }
}
