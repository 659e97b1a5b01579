package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class DetTest extends OpContract {
  private static Tensor matrix(int n, float... values) {
    return Tensor.ofFloats(Shape.of(n, n), values);
  }

  @Override
  protected List<Case> cases() {
    return List.of(
        of(new Det(), matrix(1, -3)).gives(Tensor.scalar(-3)),
        of(new Det(), matrix(2, 1, 2, 3, 4)).gives(Tensor.scalar(-2)),
        of(new Det(), matrix(3, 0, 2, 0, 1, 0, 0, 0, 0, 5)).gives(Tensor.scalar(-10)),
        of(new Det(), matrix(2, 1, 2, 2, 4)).gives(Tensor.scalar(0)),
        of(new Det(), random(1, 2, 3, 4, 4)),
        of(new Det(), random(2, DType.FLOAT64, 3, 6, 6)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new Det(),
            "operand 0 is f32[2,3], expected square matrices",
            TensorType.of(DType.FLOAT32, 2, 3)));
  }
}
