package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class ModTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new Mod(true), floats(5, -5), floats(3, 3)).gives(floats(2, -2)),
        of(
                new Mod(false),
                Tensor.ofLongs(Shape.of(3), 5, -5, 5),
                Tensor.ofLongs(Shape.of(3), 3, 3, -3))
            .gives(Tensor.ofLongs(Shape.of(3), 2, 1, -1)),
        of(
                new Mod(false),
                Tensor.fromLongs(TensorType.of(DType.UINT64, 3), i -> -1 - i),
                Tensor.fromLongs(TensorType.of(DType.UINT64, 3), i -> i == 2 ? -1 : 5))
            .gives(Tensor.fromLongs(TensorType.of(DType.UINT64, 3), i -> new long[] {0, 4, -3}[i])),
        of(new Mod(true), random(1, DType.INT32, 20), random(2, DType.INT32, 20)),
        of(new Mod(false), random(1, DType.INT8, 20), random(2, DType.INT8, 20)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new Mod(false),
            "operand is f32[2]; expected integers, or fmod=true",
            TensorType.of(DType.FLOAT32, 2),
            TensorType.of(DType.FLOAT32, 2)),
        refuses(
            new Mod(false),
            "operand is bool[2]; expected a numeric type",
            TensorType.of(DType.BOOL, 2),
            TensorType.of(DType.BOOL, 2)));
  }
}
