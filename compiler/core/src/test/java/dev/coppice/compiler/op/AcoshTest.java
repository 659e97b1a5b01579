package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class AcoshTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new Acosh(), floats(1, 2)).gives(floats(0, 1.316958f)),
        of(new Acosh(), floats(0, -1e10f)).gives(floats(Float.NaN, Float.NaN)),
        of(
            new Acosh(),
            new Exp()
                .evaluate(List.of(new Abs().evaluate(List.of(random(1, 2, 3, 5))).get(0)))
                .get(0)),
        of(new Acosh(), Tensor.scalar(1)),
        of(new Acosh(), random(3, 0)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new Acosh(),
            "operand is i64[2]; expected a float type",
            TensorType.of(DType.INT64, 2)));
  }
}
