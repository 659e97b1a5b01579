package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class GatherNDTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(
                new GatherND(0),
                Tensor.ofFloats(Shape.of(2, 2), 1, 2, 3, 4),
                Tensor.ofLongs(Shape.of(2, 2), 0, 0, 1, -1))
            .gives(floats(1, 4)),
        of(new GatherND(0), random(1, 3, 10), Tensor.ofLongs(Shape.of(2, 1), 2, -3)),
        of(
                new GatherND(1),
                random(1, 2, 3, 4, 2),
                Tensor.ofLongs(Shape.of(2, 2, 2), 0, 1, 2, 3, -1, -1, 0, 0))
            .constantsFrom(1),
        of(new GatherND(1), random(1, 2, 3), Tensor.ofLongs(Shape.of(2, 1), 2, 0)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new GatherND(0),
            "operand 1 is i64[2,3], expected [batch.., rows.., K] with 0 batch dimensions as operand 0, f32[3,4], and K at most the rest of its dimensions",
            TensorType.of(DType.FLOAT32, 3, 4),
            TensorType.of(DType.INT64, 2, 3)));
  }
}
