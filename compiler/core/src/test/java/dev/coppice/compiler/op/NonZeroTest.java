package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class NonZeroTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new NonZero(), Tensor.ofFloats(Shape.of(2, 2), 0, 3, -1, 0))
            .gives(
                Tensor.ofLongs(Shape.of(2, 4), 0, 1, 0, 0, 1, 0, 0, 0),
                Tensor.ofLongs(Shape.SCALAR, 2)),
        of(new NonZero(), floats(0, 0))
            .gives(Tensor.ofLongs(Shape.of(1, 2), 0, 0), Tensor.ofLongs(Shape.SCALAR, 0)),
        of(new NonZero(), random(1, DType.BOOL, 2, 3, 4)),
        of(new NonZero(), random(1, DType.UINT8, 7)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new NonZero(),
            "operand 0 is f8e5m2[2], expected numbers or booleans",
            TensorType.of(DType.FLOAT8E5M2, 2)),
        refuses(
            new NonZero(),
            "operand 0 is f32[], expected at least one axis",
            TensorType.of(DType.FLOAT32)));
  }
}
