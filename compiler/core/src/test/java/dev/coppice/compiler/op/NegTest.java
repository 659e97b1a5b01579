package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class NegTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new Neg(), floats(1, -2, 0)).gives(floats(-1, 2, -0f)),
        of(new Neg(), random(1, 2, 3, 5)),
        of(new Neg(), random(2, DType.INT8, 7)),
        of(new Neg(), random(2, DType.INT64, 1, 4)),
        of(new Neg(), random(2, DType.INT32, 0)),
        of(new Neg(), Tensor.scalar(-3)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new Neg(),
            "operand is u8[2]; expected a type with sign",
            TensorType.of(DType.UINT8, 2)),
        refuses(
            new Neg(),
            "operand is bool[2]; expected a numeric type",
            TensorType.of(DType.BOOL, 2)));
  }
}
