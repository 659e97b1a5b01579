package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class DeformColumnsTest extends OpContract {
  private static DeformColumns row(int kernel, int groups) {
    return new DeformColumns(
        List.of(1, kernel), List.of(1, 1), List.of(0, 0, 0, 0), List.of(1, 1), groups);
  }

  @Override
  protected List<Case> cases() {
    Tensor x = Tensor.ofFloats(Shape.of(1, 1, 1, 3), 1, 2, 4);
    // Rows of offsets: row and column for the first element of the window, then the second.
    Tensor offsets = Tensor.ofFloats(Shape.of(1, 4, 1, 2), 0, 0, 0.5f, 0, 0, 0.5f, 1, 1);
    return List.of(
        of(row(2, 1), x, offsets).gives(Tensor.ofFloats(Shape.of(1, 2, 1, 2), 1.5f, 2, 4, 0)),
        of(row(2, 1), x, offsets, Tensor.ofFloats(Shape.of(1, 2, 1, 2), 2, 0, 1, 1))
            .gives(Tensor.ofFloats(Shape.of(1, 2, 1, 2), 3, 0, 4, 0)),
        of(
            new DeformColumns(List.of(2, 3), List.of(2, 1), List.of(1, 0, 1, 2), List.of(1, 2), 2),
            random(1, 2, 4, 5, 6),
            random(2, 2, 24, 3, 4),
            random(3, 2, 12, 3, 4)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            row(2, 1),
            "operand 1 is f32[1,4,1,3], expected shape [1,4,1,2]",
            TensorType.of(DType.FLOAT32, 1, 1, 1, 3),
            TensorType.of(DType.FLOAT32, 1, 4, 1, 3)),
        refuses(
            row(4, 1),
            "kernel [1, 4] with dilations [1, 1] does not fit operand f32[1,1,1,3] with pads [0, 0,"
                + " 0, 0]",
            TensorType.of(DType.FLOAT32, 1, 1, 1, 3),
            TensorType.of(DType.FLOAT32, 1, 4, 1, 3)),
        refuses(
            row(2, 2),
            "operand 0 is f32[1,1,1,3], expected [N, C, H, W] with C divisible by 2 offset groups",
            TensorType.of(DType.FLOAT32, 1, 1, 1, 3),
            TensorType.of(DType.FLOAT32, 1, 8, 1, 2)));
  }
}
