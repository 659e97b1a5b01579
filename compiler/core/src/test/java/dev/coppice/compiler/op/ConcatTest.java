package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class ConcatTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new Concat(1), random(1, 2, 3, 4), random(2, 2, 1, 4), random(3, 2, 5, 4)),
        of(new Concat(0), floats(1, 2), floats(3)).gives(floats(1, 2, 3)),
        of(new Concat(2), random(1, 2, 3, 1), random(2, 2, 3, 2)).constantsFrom(1),
        of(new Concat(0), random(1, DType.INT64, 3), random(2, DType.INT64, 0)),
        of(new Concat(0), random(1, 4)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new Concat(1),
            "operand 1 is f32[2,3,5], expected the dimensions of operand 0, f32[2,3,4], except at axis 1",
            TensorType.of(DType.FLOAT32, 2, 3, 4),
            TensorType.of(DType.FLOAT32, 2, 3, 5)),
        refuses(
            new Concat(0),
            "operand 1 is i64[2], expected element type f32 as operand 0",
            TensorType.of(DType.FLOAT32, 2),
            TensorType.of(DType.INT64, 2)),
        refuses(
            new Concat(3),
            "axis 3 is outside 0..0 for operand f32[2]",
            TensorType.of(DType.FLOAT32, 2)));
  }
}
