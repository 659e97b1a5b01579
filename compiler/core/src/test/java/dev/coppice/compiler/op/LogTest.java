package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class LogTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new Log(), floats(1, 2.7182817f, 0)).gives(floats(0, 1, Float.NEGATIVE_INFINITY)),
        of(
            new Log(),
            new Exp()
                .evaluate(List.of(new Abs().evaluate(List.of(random(1, 2, 3, 5))).get(0)))
                .get(0)),
        of(new Log(), Tensor.scalar(1)),
        of(new Log(), random(3, 0)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new Log(), "operand is i64[2]; expected a float type", TensorType.of(DType.INT64, 2)));
  }
}
