package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class ExpTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new Exp(), floats(0, 1, -200)).gives(floats(1, 2.7182817f, 0)),
        of(new Exp(), random(1, 2, 3, 5)),
        of(new Exp(), Tensor.scalar(1)),
        of(new Exp(), random(3, 0)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new Exp(), "operand is i64[2]; expected a float type", TensorType.of(DType.INT64, 2)));
  }
}
