package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class SqrtTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new Sqrt(), floats(4, 2, -1)).gives(floats(2, 1.4142135f, Float.NaN)),
        of(
            new Sqrt(),
            new Exp()
                .evaluate(List.of(new Abs().evaluate(List.of(random(1, 2, 3, 5))).get(0)))
                .get(0)),
        of(new Sqrt(), Tensor.scalar(1)),
        of(new Sqrt(), random(3, 0)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new Sqrt(), "operand is i64[2]; expected a float type", TensorType.of(DType.INT64, 2)));
  }
}
