package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class IsNaNTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new IsNaN(), floats(1, Float.NaN, 0))
            .gives(Tensor.fromLongs(TensorType.of(DType.BOOL, 3), i -> new long[] {0, 1, 0}[i])),
        of(new IsNaN(), random(1, 2, 3)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new IsNaN(),
            "operand is i64[2]; expected a float type",
            TensorType.of(DType.INT64, 2)));
  }
}
