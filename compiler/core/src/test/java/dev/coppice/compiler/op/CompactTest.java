package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class CompactTest extends OpContract {
  private static Tensor count(long n) {
    return Tensor.ofLongs(Shape.SCALAR, n);
  }

  @Override
  protected List<Case> cases() {
    Tensor x = Tensor.ofFloats(Shape.of(2, 3), 1, 2, 3, 4, 5, 6);
    return List.of(
        of(new Compact(List.of(1)), x, count(2))
            .gives(
                Tensor.ofFloats(Shape.of(2, 3), 1, 2, 4, 5, 0, 0),
                Tensor.ofLongs(Shape.of(2), 2, 2)),
        of(new Compact(List.of(0, 1)), x, count(1), count(9))
            .gives(
                Tensor.ofFloats(Shape.of(2, 3), 1, 2, 3, 0, 0, 0),
                Tensor.ofLongs(Shape.of(2), 1, 3)),
        of(new Compact(List.of(0)), x, count(0))
            .gives(
                Tensor.ofFloats(Shape.of(2, 3), 0, 0, 0, 0, 0, 0),
                Tensor.ofLongs(Shape.of(2), 0, 3)),
        of(new Compact(List.of(0, 2)), random(3, DType.INT16, 4, 3, 5, 2), count(2), count(3)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new Compact(List.of(0)),
            "operand 1 is f32[2], expected one i64",
            TensorType.of(DType.FLOAT32, 3),
            TensorType.of(DType.FLOAT32, 2)));
  }
}
