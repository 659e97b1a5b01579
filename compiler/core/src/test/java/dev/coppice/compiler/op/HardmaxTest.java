package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class HardmaxTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new Hardmax(1), Tensor.ofFloats(Shape.of(2, 3), 1, 5, 5, 2, 0, 1))
            .gives(Tensor.ofFloats(Shape.of(2, 3), 0, 1, 0, 1, 0, 0)),
        of(new Hardmax(0), random(1, 4, 5)),
        of(new Hardmax(1), random(1, 2, 3, 4)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new Hardmax(0),
            "operand 0 is i32[2], expected element type [f32, f64, f16, bf16]",
            TensorType.of(DType.INT32, 2)));
  }
}
