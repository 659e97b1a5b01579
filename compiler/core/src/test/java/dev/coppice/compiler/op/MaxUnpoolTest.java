package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class MaxUnpoolTest extends OpContract {
  @Override
  protected List<Case> cases() {
    Tensor x = Tensor.ofFloats(Shape.of(1, 1, 3), 5, 6, 7);
    Tensor indices = Tensor.ofLongs(Shape.of(1, 1, 3), 1, 3, 1);
    MaxUnpool op = new MaxUnpool(List.of(1, 1, 5));
    return List.of(
        of(op, x, indices).gives(Tensor.ofFloats(Shape.of(1, 1, 5), 0, 7, 0, 6, 0)),
        of(op, x, indices).constantsFrom(1),
        of(op, random(1, DType.INT8, 1, 1, 3), indices));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new MaxUnpool(List.of(1, 1, 0)),
            "shape [1, 1, 0] has no place for operand f32[1,1,3]",
            TensorType.of(DType.FLOAT32, 1, 1, 3),
            TensorType.of(DType.INT64, 1, 1, 3)),
        refuses(
            new MaxUnpool(List.of(1, 1, 5)),
            "operand 1 is i64[1,1,2], expected shape [1,1,3]",
            TensorType.of(DType.FLOAT32, 1, 1, 3),
            TensorType.of(DType.INT64, 1, 1, 2)));
  }
}
