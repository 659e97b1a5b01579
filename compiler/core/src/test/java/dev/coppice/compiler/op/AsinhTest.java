package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class AsinhTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new Asinh(), floats(0, 1, -2)).gives(floats(0, 0.88137359f, -1.4436355f)),
        of(new Asinh(), random(1, 2, 3, 5)),
        of(new Asinh(), Tensor.scalar(1)),
        of(new Asinh(), random(3, 0)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new Asinh(),
            "operand is i64[2]; expected a float type",
            TensorType.of(DType.INT64, 2)));
  }
}
