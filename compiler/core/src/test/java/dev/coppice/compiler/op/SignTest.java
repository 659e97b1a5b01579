package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class SignTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new Sign(), floats(3, -2, 0)).gives(floats(1, -1, 0)),
        of(new Sign(), Tensor.fromLongs(TensorType.of(DType.UINT64, 3), i -> -i))
            .gives(Tensor.fromLongs(TensorType.of(DType.UINT64, 3), i -> Math.min(i, 1))),
        of(new Sign(), random(1, 2, 3, 5)),
        of(new Sign(), random(2, DType.INT8, 7)),
        of(new Sign(), random(2, DType.INT64, 1, 4)),
        of(new Sign(), random(2, DType.INT32, 0)),
        of(new Sign(), Tensor.scalar(-3)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new Sign(),
            "operand is bool[2]; expected a numeric type",
            TensorType.of(DType.BOOL, 2)));
  }
}
