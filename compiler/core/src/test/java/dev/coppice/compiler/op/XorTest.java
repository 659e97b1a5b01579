package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class XorTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(
                new Xor(),
                Tensor.fromLongs(TensorType.of(DType.BOOL, 3), i -> new long[] {1, 1, 0}[i]),
                Tensor.fromLongs(TensorType.of(DType.BOOL, 3), i -> new long[] {1, 0, 0}[i]))
            .gives(Tensor.fromLongs(TensorType.of(DType.BOOL, 3), i -> new long[] {0, 1, 0}[i])),
        of(new Xor(), random(1, DType.BOOL, 2, 3), random(2, DType.BOOL, 3)),
        of(new Xor(), random(1, DType.BOOL, 2, 1), random(2, DType.BOOL, 1, 4)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new Xor(),
            "operand is f32[2]; expected bool",
            TensorType.of(DType.FLOAT32, 2),
            TensorType.of(DType.FLOAT32, 2)));
  }
}
