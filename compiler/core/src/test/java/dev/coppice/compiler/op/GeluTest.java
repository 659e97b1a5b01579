package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class GeluTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new Gelu(false), floats(0, 1, -1)).gives(floats(0, 0.84134475f, -0.15865525f)),
        of(new Gelu(false), random(1, 2, 3, 5)),
        of(new Gelu(true), random(2, 2, 3, 5)),
        of(new Gelu(true), Tensor.scalar(1)),
        of(new Gelu(true), random(3, 0)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new Gelu(false),
            "operand is i64[2]; expected a float type",
            TensorType.of(DType.INT64, 2)));
  }
}
