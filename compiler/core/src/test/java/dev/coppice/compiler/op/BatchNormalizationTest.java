package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class BatchNormalizationTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(
            new BatchNormalization(1e-5f, 1),
            random(1, 2, 3, 5),
            random(2, 3),
            random(3, 3),
            random(4, 3),
            floats(1, .5f, 2)),
        of(
                new BatchNormalization(1e-3f, 1),
                random(1, 2, 3, 5, 2),
                random(2, 3),
                random(3, 3),
                random(4, 3),
                floats(1, .5f, 2))
            .constantsFrom(1),
        of(
            new BatchNormalization(1e-3f, 3),
            random(1, 2, 5, 2, 3),
            random(2, 3),
            random(3, 3),
            random(4, 3),
            floats(1, .5f, 2)),
        of(
                new BatchNormalization(1e-3f, 2),
                random(1, 2, 5, 3),
                random(2, 3),
                random(3, 3),
                random(4, 3),
                floats(1, .5f, 2))
            .constantsFrom(1),
        of(
            new BatchNormalization(0, 1),
            random(1, 4, 3),
            random(2, 3),
            random(3, 3),
            random(4, 3),
            floats(1, .5f, 2)),
        of(
                new BatchNormalization(0, 1),
                Tensor.ofFloats(Shape.of(1, 1), 3),
                floats(2),
                floats(1),
                floats(2),
                floats(4))
            .gives(Tensor.ofFloats(Shape.of(1, 1), 2)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new BatchNormalization(0, 1),
            "operand 2 is f32[2], expected shape [3]",
            TensorType.of(DType.FLOAT32, 1, 3),
            TensorType.of(DType.FLOAT32, 3),
            TensorType.of(DType.FLOAT32, 2),
            TensorType.of(DType.FLOAT32, 3),
            TensorType.of(DType.FLOAT32, 3)),
        refuses(
            new BatchNormalization(0, 1),
            "has 1 operands [f32[3]], expected 5",
            TensorType.of(DType.FLOAT32, 3)));
  }
}
