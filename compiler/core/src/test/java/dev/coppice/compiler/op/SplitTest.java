package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class SplitTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new Split(1, List.of(1, 3)), random(1, 2, 4, 5)),
        of(new Split(0, List.of(1, 2)), floats(1, 2, 3)).gives(floats(1), floats(2, 3)),
        of(new Split(2, List.of(1, 1, 2)), random(1, DType.INT32, 2, 3, 4)),
        of(new Split(0, List.of(4)), random(1, 4)),
        of(new Split(0, List.of(0, 4)), random(1, 4, 2)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new Split(0, List.of(1, 2)),
            "sizes [1, 2] sum to 3, axis 0 of operand f32[4] has 4",
            TensorType.of(DType.FLOAT32, 4)));
  }
}
