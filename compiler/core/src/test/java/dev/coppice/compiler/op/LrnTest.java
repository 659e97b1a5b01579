package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class LrnTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new Lrn(5, 1e-2f, 0.75f, 1, 1), random(1, 2, 7, 20, 21)),
        of(new Lrn(3, 1e-1f, 0.5f, 2, 1), random(1, 2, 7, 3)),
        of(new Lrn(4, 1e-1f, 1, 1, 1), random(1, 1, 3, 9)),
        of(new Lrn(5, 1e-2f, 0.75f, 1, 3), random(1, 2, 9, 20, 21)),
        of(new Lrn(4, 1e-1f, 0.5f, 1, 2), random(1, 1, 3, 400)),
        of(new Lrn(9, 1e-1f, 0.5f, 1, 2), random(1, 3, 3, 5)),
        of(new Lrn(11, .5f, .6f, 1, 1), random(1, 1, 9, 300)),
        of(new Lrn(1, 1, .75f, 1, 1), random(1, 2, 2)),
        of(new Lrn(1, 3, 0.5f, 1, 1), Tensor.ofFloats(Shape.of(1, 1, 1), 1))
            .gives(Tensor.ofFloats(Shape.of(1, 1, 1), .5f)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new Lrn(0, 1, 1, 1, 1),
            "size is 0, expected at least 1",
            TensorType.of(DType.FLOAT32, 1, 3)),
        refuses(
            new Lrn(3, 1, 1, 1, 1),
            "axis 1 is outside 0..0 for operand f32[3]",
            TensorType.of(DType.FLOAT32, 3)));
  }
}
