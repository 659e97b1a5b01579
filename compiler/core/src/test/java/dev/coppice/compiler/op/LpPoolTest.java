package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class LpPoolTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(
                new LpPool(List.of(2), List.of(1), List.of(0, 0), List.of(1), 2, List.of(1)),
                Tensor.ofFloats(Shape.of(1, 1, 2), 3, 4))
            .gives(Tensor.ofFloats(Shape.of(1, 1, 1), 5)),
        of(
            new LpPool(
                List.of(3, 3), List.of(2, 2), List.of(1, 1, 1, 1), List.of(1, 1), 2, List.of(5, 6)),
            random(1, 2, 3, 9, 11)),
        of(
            new LpPool(
                List.of(2, 2), List.of(1, 1), List.of(0, 0, 0, 0), List.of(1, 1), 3, List.of(4, 4)),
            random(1, 1, 2, 5, 5)),
        of(
            new LpPool(
                List.of(1, 5), List.of(1, 1), List.of(0, 2, 0, 2), List.of(1, 1), 1, List.of(5, 5)),
            random(1, 1, 2, 5, 5)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new LpPool(List.of(2), List.of(1), List.of(0, 0), List.of(1), 0, List.of(3)),
            "p is 0, expected at least 1",
            TensorType.of(DType.FLOAT32, 1, 3, 4)));
  }
}
