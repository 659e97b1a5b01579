package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class LstmCellTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new LstmCell(0, 1, 2, 3), floats(0, 0, 0, 0), floats(2))
            .gives(floats(.38079708f), floats(1)),
        of(new LstmCell(3, 1, 0, 2), floats(0, 100, -100, 100), floats(.5f))
            .gives(floats(0), floats(.5f)),
        of(new LstmCell(0, 2, 3, 1), random(1, 2, 20), random(2, 2, 5)),
        of(new LstmCell(0, 1, 2, 3), random(1, DType.FLOAT64, 12), random(2, DType.FLOAT64, 3)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new LstmCell(0, 1, 2, 3),
            "operand 1 is f32[2,8], expected shape [2,2]",
            TensorType.of(DType.FLOAT32, 2, 8),
            TensorType.of(DType.FLOAT32, 2, 8)));
  }
}
