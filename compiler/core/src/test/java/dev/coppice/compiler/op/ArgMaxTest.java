package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class ArgMaxTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new ArgMax(1, false, false), Tensor.ofFloats(Shape.of(2, 3), 1, 5, 5, 2, 0, 1))
            .gives(Tensor.ofLongs(Shape.of(2), 1, 0)),
        of(new ArgMax(1, true, true), Tensor.ofFloats(Shape.of(2, 3), 1, 5, 5, 2, 0, 1))
            .gives(Tensor.ofLongs(Shape.of(2, 1), 2, 0)),
        of(new ArgMax(0, false, false), random(1, 5, 3, 2)),
        of(new ArgMax(2, true, true), random(1, DType.INT8, 5, 3, 40)),
        of(
                new ArgMax(0, false, false),
                Tensor.adopt(
                    TensorType.of(DType.UINT64, 4), new long[] {3, -1, Long.MIN_VALUE, -1}))
            .gives(Tensor.ofLongs(Shape.SCALAR, 1)),
        of(
                new ArgMax(0, false, true),
                Tensor.adopt(
                    TensorType.of(DType.UINT64, 4), new long[] {3, -1, Long.MIN_VALUE, -1}))
            .gives(Tensor.ofLongs(Shape.SCALAR, 3)),
        of(new ArgMax(0, true, false), random(1, DType.INT64, 5, 1)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new ArgMax(0, true, false),
            "operand 0 is f32[0,2], expected elements along axis 0",
            TensorType.of(DType.FLOAT32, 0, 2)),
        refuses(
            new ArgMax(2, true, false),
            "axis 2 is outside 0..1 for operand f32[3,2]",
            TensorType.of(DType.FLOAT32, 3, 2)));
  }
}
