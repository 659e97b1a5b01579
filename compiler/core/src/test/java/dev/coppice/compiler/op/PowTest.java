package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class PowTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new Pow(), floats(2, 3, 4), floats(3, 2, 0.5f)).gives(floats(8, 9, 2)),
        of(new Pow(), random(1, 2, 5), Tensor.scalar(2)).constantsFrom(1),
        of(new Pow(), floats(1, 4, 9), Tensor.scalar(0.5f)).constantsFrom(1),
        of(new Pow(), random(1, 2, 5), Tensor.ofLongs(Shape.SCALAR, 3)).constantsFrom(1),
        of(new Pow(), floats(-1, -1), Tensor.ofLongs(Shape.of(2), 16777217, 16777218))
            .gives(floats(-1, 1)),
        of(new Pow(), floats(2, 3), Tensor.ofLongs(Shape.of(2), 3, 2)).gives(floats(8, 9)),
        of(new Pow(), Tensor.ofLongs(Shape.of(2), 2, 3), floats(3, 2)),
        of(new Pow(), new Abs().evaluate(List.of(random(1, 2, 5))).get(0), random(2, 5)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new Pow(),
            "operand is f8e5m2[2]; expected a numeric type",
            TensorType.of(DType.FLOAT32, 2),
            TensorType.of(DType.FLOAT8E5M2, 2)),
        refuses(
            new Pow(),
            "operand is bool[2]; expected a numeric type",
            TensorType.of(DType.FLOAT32, 2),
            TensorType.of(DType.BOOL, 2)),
        refuses(
            new Pow(),
            "operand is bool[2]; expected a float type, int32 or int64 as base",
            TensorType.of(DType.BOOL, 2),
            TensorType.of(DType.BOOL, 2)));
  }
}
