package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class OrTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(
                new Or(),
                Tensor.fromLongs(TensorType.of(DType.BOOL, 3), i -> new long[] {1, 1, 0}[i]),
                Tensor.fromLongs(TensorType.of(DType.BOOL, 3), i -> new long[] {1, 0, 0}[i]))
            .gives(Tensor.fromLongs(TensorType.of(DType.BOOL, 3), i -> new long[] {1, 1, 0}[i])),
        of(new Or(), random(1, DType.BOOL, 2, 3), random(2, DType.BOOL, 3)),
        of(new Or(), random(1, DType.BOOL, 2, 1), random(2, DType.BOOL, 1, 4)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new Or(),
            "operand is f32[2]; expected bool",
            TensorType.of(DType.FLOAT32, 2),
            TensorType.of(DType.FLOAT32, 2)));
  }
}
