package dev.coppice.compiler.op;

import dev.coppice.compiler.op.BitShift.Direction;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class BitShiftTest extends OpContract {
  private static final BitShift LEFT = new BitShift(Direction.LEFT);
  private static final BitShift RIGHT = new BitShift(Direction.RIGHT);

  private static Tensor of(DType dtype, long... values) {
    return Tensor.fromLongs(TensorType.of(dtype, values.length), i -> values[i]);
  }

  @Override
  protected List<Case> cases() {
    return List.of(
        of(RIGHT, of(DType.UINT8, 16, 4, 255), of(DType.UINT8, 1, 2, 8))
            .gives(of(DType.UINT8, 8, 1, 0)),
        of(LEFT, of(DType.UINT8, 16, 4, 255), of(DType.UINT8, 1, 2, 7))
            .gives(of(DType.UINT8, 32, 16, 128)),
        of(RIGHT, of(DType.UINT64, -1, -1, -1), of(DType.UINT64, 63, 64, -1))
            .gives(of(DType.UINT64, 1, 0, 0)),
        of(LEFT, of(DType.UINT32, 3, 3), of(DType.UINT32, 31, 32))
            .gives(of(DType.UINT32, 0x8000_0000L, 0)),
        of(LEFT, random(1, DType.UINT16, 3, 1), random(2, DType.UINT16, 2, 1, 4)),
        of(RIGHT, random(1, DType.UINT16, 0), of(DType.UINT16, 1)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            LEFT,
            "operand is i32[2]; expected an unsigned type",
            TensorType.of(DType.INT32, 2),
            TensorType.of(DType.INT32, 2)));
  }
}
