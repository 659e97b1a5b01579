package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class QuantizeLinearTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(
                new QuantizeLinear(0),
                floats(-1, 0.5f, 1.5f, 2.5f, 1000, -1000, Float.NaN),
                floats(1),
                Tensor.fromLongs(TensorType.of(DType.INT8, 1), i -> 1))
            .gives(
                Tensor.adopt(TensorType.of(DType.INT8, 7), new byte[] {0, 1, 3, 3, 127, -128, 1})),
        of(
            new QuantizeLinear(1),
            random(1, 2, 3, 5),
            floats(.1f, .02f, .3f),
            Tensor.fromLongs(TensorType.of(DType.UINT8, 3), i -> 100 + i)),
        of(
                new QuantizeLinear(1),
                random(1, 2, 3, 5),
                floats(.1f, .02f, .3f),
                Tensor.fromLongs(TensorType.of(DType.UINT8, 3), i -> 100 + i))
            .constantsFrom(1),
        of(
                new QuantizeLinear(0),
                random(1, 2, 3),
                Tensor.scalar(.02f),
                Tensor.fromLongs(TensorType.of(DType.INT16), i -> 5))
            .constantsFrom(1),
        of(
                new QuantizeLinear(0),
                floats(1e30f, -1e30f, Float.POSITIVE_INFINITY),
                Tensor.scalar(.02f),
                Tensor.fromLongs(TensorType.of(DType.UINT16), i -> 5))
            .gives(Tensor.fromLongs(TensorType.of(DType.UINT16, 3), i -> i == 1 ? 0 : 65535)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new QuantizeLinear(1),
            "operand 1 is f32[2], expected shape [3]",
            TensorType.of(DType.FLOAT32, 1, 3),
            TensorType.of(DType.FLOAT32, 2),
            TensorType.of(DType.INT8, 2)),
        refuses(
            new QuantizeLinear(1),
            "operand 2 is f32[3], expected element type [i8, u8, i16, u16]",
            TensorType.of(DType.FLOAT32, 1, 3),
            TensorType.of(DType.FLOAT32, 3),
            TensorType.of(DType.FLOAT32, 3)));
  }
}
