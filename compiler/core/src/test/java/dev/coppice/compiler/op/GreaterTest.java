package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class GreaterTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new Greater(), floats(1, 2, 3), floats(2, 2, 2))
            .gives(Tensor.fromLongs(TensorType.of(DType.BOOL, 3), i -> new long[] {0, 0, 1}[i])),
        of(new Greater(), random(1, DType.INT32, 2, 3), random(2, DType.INT32, 3)),
        of(new Greater(), random(1, DType.UINT8, 2, 3), random(2, DType.UINT8, 2, 1)),
        of(
            new Greater(),
            random(1, DType.UINT64, 5),
            Tensor.fromLongs(TensorType.of(DType.UINT64, 5), i -> -1 - i)),
        of(new Greater(), floats(Float.NaN, 1), floats(Float.NaN, Float.NaN)),
        of(new Greater(), Tensor.scalar(1), random(3, 0)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new Greater(),
            "operand is bool[2]; expected a numeric type",
            TensorType.of(DType.BOOL, 2),
            TensorType.of(DType.BOOL, 2)),
        refuses(
            new Greater(),
            "operands are [f32[2], i64[2]]; expected one element type",
            TensorType.of(DType.FLOAT32, 2),
            TensorType.of(DType.INT64, 2)));
  }
}
