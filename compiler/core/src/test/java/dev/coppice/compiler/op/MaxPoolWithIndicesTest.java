package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class MaxPoolWithIndicesTest extends OpContract {
  private static MaxPoolWithIndices square(int kernel, int stride, int out, boolean columnMajor) {
    return new MaxPoolWithIndices(
        List.of(kernel, kernel),
        List.of(stride, stride),
        List.of(0, 0, 0, 0),
        List.of(1, 1),
        List.of(out, out),
        columnMajor);
  }

  @Override
  protected List<Case> cases() {
    Tensor x = Tensor.ofFloats(Shape.of(1, 2, 2, 2), 1, 4, 4, 2, 5, 6, 7, 8);
    Shape one = Shape.of(1, 2, 1, 1);
    return List.of(
        of(square(2, 1, 1, false), x).gives(Tensor.ofFloats(one, 4, 8), Tensor.ofLongs(one, 1, 7)),
        of(square(2, 1, 1, true), x).gives(Tensor.ofFloats(one, 4, 8), Tensor.ofLongs(one, 2, 7)),
        of(
                new MaxPoolWithIndices(
                    List.of(2), List.of(2), List.of(1, 0), List.of(2), List.of(2), false),
                Tensor.ofFloats(Shape.of(1, 1, 3), -1, -2, -3))
            .gives(
                Tensor.ofFloats(Shape.of(1, 1, 2), -2, -2),
                Tensor.ofLongs(Shape.of(1, 1, 2), 1, 1)),
        of(
            new MaxPoolWithIndices(
                List.of(2, 3, 2),
                List.of(2, 1, 1),
                List.of(0, 1, 1, 1, 1, 0),
                List.of(1, 1, 2),
                List.of(2, 4, 3),
                true),
            random(1, 2, 2, 3, 4, 4)),
        of(square(3, 2, 2, false), random(1, DType.INT8, 1, 2, 5, 5)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            square(2, 1, 1, false),
            "kernel [2, 2] has 2 entries, expected 1 for operand f32[1,2,3]",
            TensorType.of(DType.FLOAT32, 1, 2, 3)));
  }
}
