package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class RmsNormalizationTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new RmsNormalization(1, 0), Tensor.ofFloats(Shape.of(1, 2), 1, 7), floats(2, 3))
            .gives(Tensor.ofFloats(Shape.of(1, 2), .4f, 4.2f)),
        of(new RmsNormalization(2, 1e-2f), random(1, 2, 3, 40), random(2, 40)),
        of(new RmsNormalization(1, 1e-5f), random(1, 2, 3, 4), random(2, 3, 4)).constantsFrom(1),
        of(new RmsNormalization(0, 1e-5f), random(1, 3), random(2, 3)),
        of(new RmsNormalization(1, 1e-5f), random(1, 2, 0), random(2, 0)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new RmsNormalization(1, 0),
            "operand 1 is f32[3], expected shape [3,4]",
            TensorType.of(DType.FLOAT32, 1, 3, 4),
            TensorType.of(DType.FLOAT32, 3)));
  }
}
