package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class MishTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new Mish(), floats(0, 1)).gives(floats(0, 0.8650984f)),
        of(new Mish(), random(1, 2, 3, 5)),
        of(new Mish(), Tensor.scalar(1)),
        of(new Mish(), random(3, 0)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new Mish(), "operand is i64[2]; expected a float type", TensorType.of(DType.INT64, 2)));
  }
}
