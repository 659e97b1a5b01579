package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class CastTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new Cast(DType.INT32), floats(-1.7f, 2.9f))
            .gives(Tensor.fromLongs(TensorType.of(DType.INT32, 2), i -> i == 0 ? -1 : 2)),
        of(new Cast(DType.INT8), floats(-129, 300, 3e9f, Float.NaN))
            .gives(
                Tensor.fromLongs(TensorType.of(DType.INT8, 4), i -> new long[] {127, 44, 0, 0}[i])),
        of(new Cast(DType.BOOL), floats(0, -0f, 0.3f, Float.NaN))
            .gives(Tensor.fromLongs(TensorType.of(DType.BOOL, 4), i -> i / 2)),
        of(new Cast(DType.FLOAT32), Tensor.fromLongs(TensorType.of(DType.UINT64, 2), i -> -i))
            .gives(floats(0, 0x1p64f)),
        of(new Cast(DType.UINT64), floats(0x1p63f, 7.9f))
            .gives(
                Tensor.fromLongs(TensorType.of(DType.UINT64, 2), i -> i == 0 ? Long.MIN_VALUE : 7)),
        of(new Cast(DType.FLOAT16), floats(65519, 65520, 2049, 6e-8f))
            .gives(
                Tensor.fromDoubles(
                    TensorType.of(DType.FLOAT16, 4),
                    i -> new double[] {65504, Double.POSITIVE_INFINITY, 2048, 0x1p-24}[i])),
        of(new Cast(DType.BFLOAT16), random(18, DType.FLOAT32, 9)),
        of(new Cast(DType.FLOAT32), random(19, DType.BFLOAT16, 9)),
        of(new Cast(DType.UINT16), random(20, DType.INT64, 9)),
        of(new Cast(DType.INT16), random(21, DType.FLOAT64, 9)),
        of(new Cast(DType.INT32), random(0, DType.FLOAT32, 9)),
        of(new Cast(DType.INT8), random(1, DType.FLOAT32, 9)),
        of(new Cast(DType.UINT8), random(2, DType.FLOAT32, 9)),
        of(new Cast(DType.INT64), random(3, DType.FLOAT32, 9)),
        of(new Cast(DType.BOOL), random(4, DType.FLOAT32, 9)),
        of(new Cast(DType.FLOAT64), random(5, DType.FLOAT32, 9)),
        of(new Cast(DType.FLOAT16), random(6, DType.FLOAT32, 9)),
        of(new Cast(DType.FLOAT32), random(7, DType.INT64, 9)),
        of(new Cast(DType.INT8), random(8, DType.INT32, 9)),
        of(new Cast(DType.UINT8), random(9, DType.INT8, 9)),
        of(new Cast(DType.FLOAT32), random(10, DType.BOOL, 9)),
        of(new Cast(DType.INT64), random(11, DType.BOOL, 9)),
        of(new Cast(DType.BOOL), random(12, DType.INT32, 9)),
        of(new Cast(DType.FLOAT32), random(13, DType.FLOAT64, 9)),
        of(new Cast(DType.INT64), random(14, DType.UINT8, 9)),
        of(new Cast(DType.FLOAT32), random(15, DType.FLOAT16, 9)),
        of(new Cast(DType.INT64), random(16, DType.UINT32, 9)),
        of(new Cast(DType.UINT32), random(17, DType.INT64, 9)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(refuses(new Cast(DType.INT32), "has 0 operands [], expected 1"));
  }
}
