package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class BitCastTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new BitCast(DType.INT32), Tensor.ofFloats(Shape.of(3), 1, -2, 0))
            .gives(
                Tensor.fromLongs(
                    TensorType.of(DType.INT32, 3), i -> new long[] {0x3F800000, 0xC0000000, 0}[i])),
        of(new BitCast(DType.FLOAT32), Tensor.splatLong(TensorType.of(DType.UINT32, 2), 0x40400000))
            .gives(Tensor.ofFloats(Shape.of(2), 3, 3)),
        of(new BitCast(DType.INT64), random(1, DType.FLOAT64, 9)),
        of(new BitCast(DType.FLOAT64), Tensor.splatLong(TensorType.of(DType.INT64, 2), 1L << 62)),
        of(new BitCast(DType.INT8), random(2, DType.UINT8, 9)),
        of(new BitCast(DType.UINT8), random(2, DType.BOOL, 9)),
        of(new BitCast(DType.UINT4), random(2, DType.INT4, 9)),
        of(new BitCast(DType.INT4), random(2, DType.FLOAT4E2M1, 9)),
        of(new BitCast(DType.FLOAT8E5M2), Tensor.splatLong(TensorType.of(DType.INT8, 2), -1))
            .gives(Tensor.splatLong(TensorType.of(DType.FLOAT8E5M2, 2), 0xFF)),
        of(new BitCast(DType.INT16), random(2, DType.UINT16, 9)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new BitCast(DType.INT16),
            "operand 0 is f16[1], expected elements as wide as i16, neither of f16 nor bf16",
            TensorType.of(DType.FLOAT16, 1)));
  }
}
