package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class SinhTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new Sinh(), floats(0, 1)).gives(floats(0, 1.1752012f)),
        of(new Sinh(), random(1, 2, 3, 5)),
        of(new Sinh(), Tensor.scalar(1)),
        of(new Sinh(), random(3, 0)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new Sinh(), "operand is i64[2]; expected a float type", TensorType.of(DType.INT64, 2)));
  }
}
