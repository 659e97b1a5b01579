package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class Col2ImTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(
                new Col2Im(List.of(3), List.of(2), List.of(1), List.of(0, 0), List.of(1)),
                Tensor.ofFloats(Shape.of(1, 2, 2), 1, 2, 10, 20))
            .gives(Tensor.ofFloats(Shape.of(1, 1, 3), 1, 12, 20)),
        of(
                new Col2Im(List.of(3), List.of(2), List.of(2), List.of(1, 1), List.of(2)),
                Tensor.ofFloats(Shape.of(1, 2, 2), 1, 2, 10, 20))
            .gives(Tensor.ofFloats(Shape.of(1, 1, 3), 0, 12, 0)),
        of(
            new Col2Im(
                List.of(5, 4), List.of(2, 3), List.of(2, 1), List.of(1, 1, 0, 2), List.of(2, 1)),
            random(1, 2, 12, 10)),
        of(
            new Col2Im(List.of(2), List.of(2), List.of(1), List.of(0, 0), List.of(1)),
            random(1, DType.FLOAT16, 0, 4, 1)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new Col2Im(List.of(3), List.of(2), List.of(1), List.of(0, 0), List.of(1)),
            "operand 0 is f32[1,2,3], expected [N, C * 2, 2]",
            TensorType.of(DType.FLOAT32, 1, 2, 3)),
        refuses(
            new Col2Im(List.of(3), List.of(4), List.of(1), List.of(0, 0), List.of(1)),
            "blocks [4], strides [1] and dilations [1] do not fit image [3] with pads [0, 0]",
            TensorType.of(DType.FLOAT32, 1, 4, 1)));
  }
}
