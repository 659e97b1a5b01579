package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class SliceTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new Slice(List.of(1), List.of(2), List.of(2)), floats(0, 1, 2, 3)).gives(floats(1, 3)),
        of(new Slice(List.of(3), List.of(-1), List.of(4)), floats(0, 1, 2, 3))
            .gives(floats(3, 2, 1, 0)),
        of(new Slice(List.of(0, 1, 2), List.of(1, 1, 1), List.of(2, 2, 9)), random(1, 2, 4, 11)),
        of(new Slice(List.of(0, 1, 0), List.of(1, 1, 1), List.of(2, 2, 11)), random(2, 2, 4, 11)),
        of(new Slice(List.of(0, 0), List.of(1, 1), List.of(2, 0)), random(1, 2, 3)),
        of(new Slice(List.of(0, 0), List.of(1, 1), List.of(2, 3)), random(1, 2, 3)),
        of(new Slice(List.of(1, 4), List.of(1, -2), List.of(2, 3)), random(1, DType.UINT8, 3, 5)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new Slice(List.of(1), List.of(2), List.of(3)),
            "axis 0: indices 1 to 5 by step 2 are outside operand f32[4]",
            TensorType.of(DType.FLOAT32, 4)));
  }
}
