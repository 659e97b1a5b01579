package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class GatherElementsTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(
                new GatherElements(1),
                Tensor.ofFloats(Shape.of(2, 2), 1, 2, 3, 4),
                Tensor.ofLongs(Shape.of(2, 2), 0, 0, 1, -2))
            .gives(Tensor.ofFloats(Shape.of(2, 2), 1, 1, 4, 3)),
        of(
            new GatherElements(0),
            random(1, 3, 4),
            Tensor.ofLongs(Shape.of(5, 2), 0, 1, 2, -1, -2, -3, 0, 0, 1, 1)),
        of(
                new GatherElements(2),
                random(1, DType.INT32, 2, 1, 4),
                Tensor.ofLongs(Shape.of(1, 1, 2), 3, 0))
            .constantsFrom(1));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new GatherElements(0),
            "operand 1 is i64[2,5], which does not fit in operand 0, f32[3,4], except at axis 0",
            TensorType.of(DType.FLOAT32, 3, 4),
            TensorType.of(DType.INT64, 2, 5)));
  }
}
