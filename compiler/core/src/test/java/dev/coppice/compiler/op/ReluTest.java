package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class ReluTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new Relu(), floats(-1, 0, 2)).gives(floats(0, 0, 2)),
        of(new Relu(), random(1, 2, 3, 5)),
        of(new Relu(), random(1, DType.INT32, 8)),
        of(new Relu(), Tensor.scalar(-1)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new Relu(),
            "operand is bool[2]; expected a numeric type",
            TensorType.of(DType.BOOL, 2)));
  }
}
