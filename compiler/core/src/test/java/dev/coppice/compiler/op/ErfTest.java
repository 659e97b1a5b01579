package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class ErfTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new Erf(), floats(0, 1, -5, 0.5f)).gives(floats(0, 0.84270079f, -1, 0.52049988f)),
        of(new Erf(), random(1, 2, 3, 5)),
        of(new Erf(), Tensor.scalar(1)),
        of(new Erf(), random(3, 0)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new Erf(), "operand is i64[2]; expected a float type", TensorType.of(DType.INT64, 2)));
  }
}
