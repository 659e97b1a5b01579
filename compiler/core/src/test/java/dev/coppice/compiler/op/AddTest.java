package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class AddTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new Add(), floats(2, 2, 3), floats(3, -2, 4)).gives(floats(5, 0, 7)),
        of(new Add(), random(1, 2, 3, 5), random(2, 3, 1)),
        of(new Add(), random(1, 4), random(2, 2, 1, 3, 4)),
        of(new Add(), random(1, 2, 1, 3, 1, 2), random(2, 5, 1, 4, 1)),
        of(new Add(), random(1, 2, 1, 4, 6), random(2, 4, 6)),
        of(new Add(), random(1, 2, 3, 5), Tensor.scalar(3)).constantsFrom(1),
        of(new Add(), random(1, DType.INT8, 40), random(2, DType.INT8, 40)),
        of(new Add(), random(1, DType.UINT8, 40), random(2, DType.UINT8, 40)),
        of(new Add(), random(1, DType.INT64, 2, 3), random(2, DType.INT64, 3)),
        of(new Add(), random(1, DType.INT32, 6), random(2, DType.INT32, 1)),
        of(new Add(), random(1, DType.FLOAT64, 6), random(2, DType.FLOAT64, 6)),
        of(new Add(), random(1, 0), random(2, 1)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new Add(),
            "operands are [f32[2], i64[2]]; expected one element type",
            TensorType.of(DType.FLOAT32, 2),
            TensorType.of(DType.INT64, 2)),
        refuses(
            new Add(),
            "shapes [2] and [3] do not broadcast",
            TensorType.of(DType.FLOAT32, 2),
            TensorType.of(DType.FLOAT32, 3)));
  }
}
