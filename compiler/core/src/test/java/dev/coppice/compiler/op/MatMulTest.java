package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class MatMulTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(
                new MatMul(),
                Tensor.ofFloats(Shape.of(1, 2), 1, 2),
                Tensor.ofFloats(Shape.of(2, 2), 1, 2, 3, 4))
            .gives(Tensor.ofFloats(Shape.of(1, 2), 7, 10)),
        of(new MatMul(), random(1, 5, 7), random(2, 7, 9), random(3, 9)).constantsFrom(1),
        of(new MatMul(), random(1, 2, 1, 3, 4), random(2, 3, 4, 5)),
        of(new MatMul(), random(1, 4), random(2, 4)),
        of(new MatMul(), random(1, 4), random(2, 4, 3)).constantsFrom(1),
        of(new MatMul(), random(1, 2, 3, 4), random(2, 4)),
        of(new MatMul(), random(1, 11, 40), random(2, 40, 201), random(3, 201)).constantsFrom(1),
        of(new MatMul(), random(1, 1, 30), random(2, 30, 97)).constantsFrom(1),
        of(new MatMul(), random(1, 1, 57), random(2, 57, 401), random(3, 401)).constantsFrom(1),
        of(new MatMul(), random(1, 2, 33), random(2, 33, 130)).constantsFrom(1),
        of(new MatMul(), random(1, 1, 90), levels(90, 170), random(3, 170)).constantsFrom(1),
        of(new MatMul(), random(1, 12, 90), levels(90, 50)).constantsFrom(1),
        of(new MatMul(), random(1, 2, 13, 30), random(2, 2, 30, 70)),
        of(new MatMul(), random(1, 2, 12, 30), random(2, 2, 30, 96)),
        of(new MatMul(), random(3, 2, 260), random(4, 260, 17)),
        of(new MatMul(), random(1, 300, 5), random(2, 5, 17)).constantsFrom(1),
        of(new MatMul(), random(1, DType.INT32, 3, 4), random(2, DType.INT32, 4, 2)));
  }

  /** Signed bytes times a scale of each column, as dequantized weights are. */
  private static Tensor levels(int k, int n) {
    return Tensor.fromDoubles(
        TensorType.of(DType.FLOAT32, k, n),
        i -> (i * 37 % 255 - 127) * (float) (0.001 + 0.0005 * (i % n)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new MatMul(),
            "operands are [i4[2,2], i4[2,2]]; expected one numeric element type",
            TensorType.of(DType.INT4, 2, 2),
            TensorType.of(DType.INT4, 2, 2)),
        refuses(
            new MatMul(),
            "A is f32[1,64], B is f32[96,10]; A axis 1 must equal B axis 0",
            TensorType.of(DType.FLOAT32, 1, 64),
            TensorType.of(DType.FLOAT32, 96, 10)));
  }
}
