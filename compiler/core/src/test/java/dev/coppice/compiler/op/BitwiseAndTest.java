package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class BitwiseAndTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(
                new BitwiseAnd(),
                Tensor.ofLongs(Shape.of(3), -7, 7, 0),
                Tensor.ofLongs(Shape.of(3), 10, 1, -1))
            .gives(Tensor.ofLongs(Shape.of(3), 8, 1, 0)),
        of(
                new BitwiseAnd(),
                Tensor.splatLong(TensorType.of(DType.UINT8, 1), 0xFD),
                Tensor.splatLong(TensorType.of(DType.UINT8, 1), 0xF8))
            .gives(Tensor.splatLong(TensorType.of(DType.UINT8, 1), 0xF8)),
        of(new BitwiseAnd(), random(1, DType.INT16, 3, 1), random(2, DType.INT16, 2, 1, 4)),
        of(new BitwiseAnd(), random(1, DType.UINT32, 5), random(2, DType.UINT32, 5))
            .constantsFrom(1),
        of(new BitwiseAnd(), random(1, DType.INT32, 0), random(2, DType.INT32, 1)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new BitwiseAnd(),
            "operand is f32[2]; expected an integer type",
            TensorType.of(DType.FLOAT32, 2),
            TensorType.of(DType.FLOAT32, 2)),
        refuses(
            new BitwiseAnd(),
            "has 1 operands [i32[2]], expected 2",
            TensorType.of(DType.INT32, 2)));
  }
}
