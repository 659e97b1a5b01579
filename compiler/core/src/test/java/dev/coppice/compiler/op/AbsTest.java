package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class AbsTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new Abs(), floats(1, -2, 0)).gives(floats(1, 2, 0)),
        of(new Abs(), Tensor.fromLongs(TensorType.of(DType.UINT64, 3), i -> -i))
            .gives(Tensor.fromLongs(TensorType.of(DType.UINT64, 3), i -> i == 0 ? 0 : -i)),
        of(new Abs(), random(1, 2, 3, 5)),
        of(new Abs(), random(2, DType.INT8, 7)),
        of(new Abs(), random(2, DType.INT64, 1, 4)),
        of(new Abs(), random(2, DType.INT32, 0)),
        of(new Abs(), Tensor.scalar(-3)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new Abs(),
            "operand is bool[2]; expected a numeric type",
            TensorType.of(DType.BOOL, 2)));
  }
}
