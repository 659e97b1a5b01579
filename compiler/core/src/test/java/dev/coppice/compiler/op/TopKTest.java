package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class TopKTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new TopK(0, 2, true), floats(1, 5, 3, 5))
            .gives(floats(5, 5), Tensor.ofLongs(Shape.of(2), 1, 3)),
        of(new TopK(0, 3, false), floats(1, 5, 3, 1))
            .gives(floats(1, 1, 3), Tensor.ofLongs(Shape.of(3), 0, 3, 2)),
        of(new TopK(1, 3, true), random(1, 2, 7, 3)),
        of(new TopK(1, 5, false), random(1, DType.INT8, 2, 5)),
        of(new TopK(0, 0, true), random(1, 3)),
        of(
                new TopK(0, 3, true),
                Tensor.adopt(
                    TensorType.of(DType.UINT64, 4), new long[] {3, -1, Long.MIN_VALUE, -1}))
            .gives(
                Tensor.adopt(TensorType.of(DType.UINT64, 3), new long[] {-1, -1, Long.MIN_VALUE}),
                Tensor.ofLongs(Shape.of(3), 1, 3, 2)),
        of(
                new TopK(0, 2, false),
                Tensor.adopt(
                    TensorType.of(DType.UINT64, 4), new long[] {3, -1, Long.MIN_VALUE, -1}))
            .gives(
                Tensor.adopt(TensorType.of(DType.UINT64, 2), new long[] {3, Long.MIN_VALUE}),
                Tensor.ofLongs(Shape.of(2), 0, 2)),
        of(new TopK(1, 4, true), random(1, DType.INT64, 3, 9)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new TopK(0, 4, true),
            "k is 4, expected 0 to 3, axis 0 of operand f32[3]",
            TensorType.of(DType.FLOAT32, 3)));
  }
}
