package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class NotTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new Not(), Tensor.fromLongs(TensorType.of(DType.BOOL, 3), i -> new long[] {1, 0, 1}[i]))
            .gives(Tensor.fromLongs(TensorType.of(DType.BOOL, 3), i -> new long[] {0, 1, 0}[i])),
        of(new Not(), random(1, DType.BOOL, 2, 3)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(new Not(), "operand is f32[2]; expected bool", TensorType.of(DType.FLOAT32, 2)));
  }
}
