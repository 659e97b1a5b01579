package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class WhereTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(
                new Where(),
                Tensor.fromLongs(TensorType.of(DType.BOOL, 3), i -> new long[] {1, 0, 1}[i]),
                floats(1, 2, 3),
                floats(4, 5, 6))
            .gives(floats(1, 5, 3)),
        of(
            new Where(),
            random(1, DType.BOOL, 3, 1),
            random(2, DType.INT64, 2, 1, 4),
            random(3, DType.INT64, 4)),
        of(new Where(), random(1, DType.BOOL, 2, 3), random(2, 2, 3), Tensor.scalar(0))
            .constantsFrom(2),
        of(
                new Where(),
                Tensor.fromLongs(TensorType.of(DType.BOOL, 2), i -> i),
                Tensor.splatLong(TensorType.of(DType.FLOAT8E5M2, 2), 0x3C),
                Tensor.splatLong(TensorType.of(DType.FLOAT8E5M2), 0xC5))
            .constantsFrom(2)
            .gives(
                Tensor.fromLongs(TensorType.of(DType.FLOAT8E5M2, 2), i -> i == 0 ? 0xC5 : 0x3C)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new Where(),
            "operand is f32[2]; expected a boolean condition",
            TensorType.of(DType.FLOAT32, 2),
            TensorType.of(DType.FLOAT32, 2),
            TensorType.of(DType.FLOAT32, 2)));
  }
}
