package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class ClipTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new Clip(-1, 2), floats(-3, 0, 5)).gives(floats(-1, 0, 2)),
        of(new Clip(0, Double.POSITIVE_INFINITY), random(1, 2, 3, 5)),
        of(new Clip(Double.NEGATIVE_INFINITY, 0.5), random(1, 7)),
        of(new Clip(-5, 60), random(1, DType.INT8, 30)),
        of(new Clip(2, 1), floats(0, 3)).gives(floats(1, 1)),
        of(new Clip(3, 9), Tensor.fromLongs(TensorType.of(DType.UINT64, 3), i -> 2 - 3 * i))
            .gives(Tensor.fromLongs(TensorType.of(DType.UINT64, 3), i -> i == 0 ? 3 : 9)),
        of(new Clip(0, 6), random(2, DType.FLOAT16, 2, 1, 3)),
        of(new Clip(0, 6), Tensor.scalar(9)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new Clip(0, 1),
            "operand is bool[2]; expected a numeric type",
            TensorType.of(DType.BOOL, 2)));
  }
}
