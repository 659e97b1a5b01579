package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class ShrinkTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new Shrink(0, 0.5f), floats(-2, 0.2f, 2)).gives(floats(-2, 0, 2)),
        of(new Shrink(0, 0.5f), random(1, 2, 3, 5)),
        of(new Shrink(1, 1.5f), random(2, 2, 3, 5)),
        of(new Shrink(1, 1.5f), Tensor.scalar(1)),
        of(new Shrink(1, 1.5f), random(3, 0)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new Shrink(0, 0.5f),
            "operand is i64[2]; expected a float type",
            TensorType.of(DType.INT64, 2)));
  }
}
