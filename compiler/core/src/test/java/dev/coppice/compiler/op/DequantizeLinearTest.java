package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class DequantizeLinearTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(
                new DequantizeLinear(0),
                Tensor.adopt(TensorType.of(DType.UINT8, 3), new byte[] {0, 3, -1}),
                floats(2),
                Tensor.fromLongs(TensorType.of(DType.UINT8, 1), i -> 128))
            .gives(floats(-256, -250, 254)),
        of(
            new DequantizeLinear(0),
            random(1, DType.INT8, 3, 2, 5),
            floats(.1f, .02f, .3f),
            Tensor.fromLongs(TensorType.of(DType.INT8, 3), i -> i - 1)),
        of(
                new DequantizeLinear(2),
                random(1, DType.INT32, 3, 2, 3),
                floats(.1f, .02f, .3f),
                Tensor.fromLongs(TensorType.of(DType.INT32, 3), i -> 0))
            .constantsFrom(1),
        of(
                new DequantizeLinear(0),
                random(1, DType.INT16, 3, 2),
                Tensor.scalar(.5f),
                Tensor.fromLongs(TensorType.of(DType.INT16), i -> 7))
            .constantsFrom(1));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new DequantizeLinear(1),
            "operand 2 is u8[3], expected element type i8 as operand 0",
            TensorType.of(DType.INT8, 1, 3),
            TensorType.of(DType.FLOAT32, 3),
            TensorType.of(DType.UINT8, 3)),
        refuses(
            new DequantizeLinear(2),
            "axis 2 is outside 0..1 for operand i8[1,3]",
            TensorType.of(DType.INT8, 1, 3),
            TensorType.of(DType.FLOAT32, 3),
            TensorType.of(DType.INT8, 3)));
  }
}
