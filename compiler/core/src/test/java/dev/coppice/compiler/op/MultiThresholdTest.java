package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class MultiThresholdTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(
                new MultiThreshold(1),
                Tensor.ofFloats(Shape.of(1, 2, 3), -1, 0, Float.NaN, 2, 5, 7),
                Tensor.ofFloats(Shape.of(2, 2), 0, 0.5f, 5, 6))
            .gives(Tensor.ofFloats(Shape.of(1, 2, 3), 0, 1, 0, 0, 1, 2)),
        of(new MultiThreshold(1), random(1, 2, 3, 4, 2), random(2, 3, 5)).constantsFrom(1),
        of(new MultiThreshold(2), random(1, 2, 4, 3), random(2, 1, 7)).constantsFrom(1),
        of(new MultiThreshold(1), random(1, 2, 3), random(2, 3, 0)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new MultiThreshold(1),
            "operand 1 is f32[4,2], expected shape [3, B] or [1, B]",
            TensorType.of(DType.FLOAT32, 1, 3),
            TensorType.of(DType.FLOAT32, 4, 2)));
  }
}
