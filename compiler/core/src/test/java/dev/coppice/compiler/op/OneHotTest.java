package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class OneHotTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new OneHot(1, 3), Tensor.ofLongs(Shape.of(3), 0, -1, 7), floats(2, 5))
            .gives(Tensor.ofFloats(Shape.of(3, 3), 5, 2, 2, 2, 2, 5, 2, 2, 2)),
        of(new OneHot(0, 4), floats(1, 3, 2), floats(0, 1)).constantsFrom(1),
        of(new OneHot(1, 4), random(1, DType.INT8, 2, 3), random(2, DType.INT32, 2)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new OneHot(2, 3),
            "axis 2 is outside 0..1 for operand i64[3]",
            TensorType.of(DType.INT64, 3),
            TensorType.of(DType.FLOAT32, 2)),
        refuses(
            new OneHot(0, 3),
            "operand 1 is f32[3], expected shape [2]",
            TensorType.of(DType.INT64, 3),
            TensorType.of(DType.FLOAT32, 3)));
  }
}
