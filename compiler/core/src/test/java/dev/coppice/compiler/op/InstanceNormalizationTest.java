package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class InstanceNormalizationTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(
                new InstanceNormalization(0),
                Tensor.ofFloats(Shape.of(1, 1, 2), 1, 3),
                floats(2),
                floats(1))
            .gives(Tensor.ofFloats(Shape.of(1, 1, 2), -1, 3)),
        of(new InstanceNormalization(1e-2f), random(1, 2, 3, 5, 7), random(2, 3), random(3, 3)),
        of(new InstanceNormalization(1e-5f), random(1, 1, 2, 3), random(2, 2), random(3, 2))
            .constantsFrom(1),
        of(new InstanceNormalization(1e-5f), random(1, 1, 2, 0), random(2, 2), random(3, 2)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new InstanceNormalization(0),
            "operand 1 is f32[2], expected shape [3]",
            TensorType.of(DType.FLOAT32, 1, 3, 4),
            TensorType.of(DType.FLOAT32, 2),
            TensorType.of(DType.FLOAT32, 3)),
        refuses(
            new InstanceNormalization(0),
            "operand 0 is f32[1,3], expected at least 3 dimensions [N, C, D1, ...]",
            TensorType.of(DType.FLOAT32, 1, 3),
            TensorType.of(DType.FLOAT32, 3),
            TensorType.of(DType.FLOAT32, 3)));
  }
}
