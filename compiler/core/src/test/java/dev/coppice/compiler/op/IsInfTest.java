package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class IsInfTest extends OpContract {
  private static final Tensor X =
      floats(-1.2f, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.MAX_VALUE);

  private static Tensor bits(long... values) {
    return Tensor.fromLongs(TensorType.of(DType.BOOL, values.length), i -> values[i]);
  }

  @Override
  protected List<Case> cases() {
    return List.of(
        of(new IsInf(true, true), X).gives(bits(0, 0, 1, 1, 0)),
        of(new IsInf(true, false), X).gives(bits(0, 0, 0, 1, 0)),
        of(new IsInf(false, true), X).gives(bits(0, 0, 1, 0, 0)),
        of(new IsInf(false, false), X).gives(bits(0, 0, 0, 0, 0)),
        of(new IsInf(true, true), random(1, DType.FLOAT16, 2, 3)),
        of(new IsInf(false, true), Tensor.scalar(1)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new IsInf(true, true),
            "operand is i64[2]; expected a float type",
            TensorType.of(DType.INT64, 2)));
  }
}
