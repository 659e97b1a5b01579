package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class UniqueTest extends OpContract {
  private static Tensor longs(long... values) {
    return Tensor.ofLongs(Shape.of(values.length), values);
  }

  @Override
  protected List<Case> cases() {
    Tensor x = floats(2, 1, 1, 3, 2);
    return List.of(
        of(new Unique(0, true), x)
            .gives(
                floats(1, 2, 3, 0, 0),
                longs(1, 0, 3, 0, 0),
                longs(1, 0, 0, 2, 1),
                longs(2, 2, 1, 0, 0),
                Tensor.ofLongs(Shape.SCALAR, 3)),
        of(new Unique(0, false), x)
            .gives(
                floats(2, 1, 3, 0, 0),
                longs(0, 1, 3, 0, 0),
                longs(0, 1, 1, 2, 0),
                longs(2, 2, 1, 0, 0),
                Tensor.ofLongs(Shape.SCALAR, 3)),
        of(new Unique(1, true), random(5, DType.BOOL, 2, 9, 2)),
        of(new Unique(2, true), random(6, DType.BOOL, 2, 2, 12)),
        of(
            new Unique(0, true),
            Tensor.fromLongs(TensorType.of(DType.UINT64, 4), i -> 1L << 63 - i)),
        of(new Unique(0, false), random(7, DType.INT8, 30)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new Unique(0, true),
            "operand 0 is f8e5m2[2], expected numbers or booleans",
            TensorType.of(DType.FLOAT8E5M2, 2)),
        refuses(
            new Unique(1, true),
            "axis 1 is outside 0..0 for operand f32[3]",
            TensorType.of(DType.FLOAT32, 3)));
  }
}
