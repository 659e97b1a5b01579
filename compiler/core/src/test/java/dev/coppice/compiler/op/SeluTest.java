package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class SeluTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new Selu(1.6732632f, 1.0507010f), floats(-1, 0, 2))
            .gives(floats(-1.1113307f, 0, 2.101402f)),
        of(new Selu(1.6732632f, 1.0507010f), random(1, 2, 3, 5)),
        of(new Selu(3, 1.5f), random(2, 2, 3, 5)),
        of(new Selu(3, 1.5f), Tensor.scalar(1)),
        of(new Selu(3, 1.5f), random(3, 0)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new Selu(1.6732632f, 1.0507010f),
            "operand is i64[2]; expected a float type",
            TensorType.of(DType.INT64, 2)));
  }
}
