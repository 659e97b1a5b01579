package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class BitwiseNotTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new BitwiseNot(), Tensor.ofLongs(Shape.of(3), 0, -1, 5))
            .gives(Tensor.ofLongs(Shape.of(3), -1, 0, -6)),
        of(new BitwiseNot(), Tensor.fromLongs(TensorType.of(DType.UINT8, 2), i -> 3 + i))
            .gives(Tensor.fromLongs(TensorType.of(DType.UINT8, 2), i -> 252 - i)),
        of(new BitwiseNot(), random(1, DType.UINT32, 2, 3)),
        of(new BitwiseNot(), random(1, DType.INT8, 0)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new BitwiseNot(),
            "operand is bool[2]; expected an integer type",
            TensorType.of(DType.BOOL, 2)));
  }
}
