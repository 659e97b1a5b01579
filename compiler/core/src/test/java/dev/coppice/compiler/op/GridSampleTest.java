package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.ArrayList;
import java.util.List;

class GridSampleTest extends OpContract {
  @Override
  protected List<Case> cases() {
    Tensor x = Tensor.ofFloats(Shape.of(1, 1, 4), 1, 2, 4, 8);
    Tensor grid = Tensor.ofFloats(Shape.of(1, 4, 1), -1, 0, 1, 1.5f);
    List<Case> cases =
        new ArrayList<>(
            List.of(
                of(op("LINEAR", "ZEROS", false), x, grid)
                    .gives(Tensor.ofFloats(Shape.of(1, 1, 4), 0.5f, 3, 4, 0)),
                of(op("LINEAR", "BORDER", true), x, grid)
                    .gives(Tensor.ofFloats(Shape.of(1, 1, 4), 1, 3, 8, 8)),
                of(op("LINEAR", "REFLECTION", true), x, grid)
                    .gives(Tensor.ofFloats(Shape.of(1, 1, 4), 1, 3, 8, 5)),
                of(op("NEAREST", "BORDER", false), x, grid)
                    .gives(Tensor.ofFloats(Shape.of(1, 1, 4), 1, 4, 8, 8)),
                of(op("CUBIC", "ZEROS", true), x, Tensor.ofFloats(Shape.of(1, 1, 1), 0))
                    .gives(Tensor.ofFloats(Shape.of(1, 1, 1), 2.71875f)),
                of(op("LINEAR", "REFLECTION", true), random(1, 1, 1, 1, 3), random(2, 1, 2, 2, 2)),
                of(
                    op("LINEAR", "ZEROS", false),
                    random(1, DType.FLOAT64, 2, 2, 3, 3),
                    random(2, 2, 3, 2, 2)),
                of(op("CUBIC", "ZEROS", false), random(1, 1, 2, 3, 2, 4), random(2, 1, 2, 1, 2, 3)),
                of(op("NEAREST", "ZEROS", false), random(1, 1, 0, 3), random(1, 1, 2, 1))));
    for (String mode : List.of("NEAREST", "LINEAR", "CUBIC")) {
      for (String padding : List.of("ZEROS", "BORDER", "REFLECTION")) {
        for (boolean corners : new boolean[] {false, true}) {
          cases.add(of(op(mode, padding, corners), random(1, 2, 3, 4, 5), random(2, 2, 3, 4, 2)));
        }
      }
    }
    return cases;
  }

  private static GridSample op(String mode, String padding, boolean alignCorners) {
    return new GridSample(
        GridSample.Mode.valueOf(mode), GridSample.Padding.valueOf(padding), alignCorners);
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            op("LINEAR", "ZEROS", false),
            "operands are [f32[1,2,3,3], f32[1,2,2,3]], expected x [N, C, D1, .., Dr] and grid [N,"
                + " P1, .., Pr, r]",
            TensorType.of(DType.FLOAT32, 1, 2, 3, 3),
            TensorType.of(DType.FLOAT32, 1, 2, 2, 3)),
        refuses(
            op("LINEAR", "ZEROS", false),
            "operand 0 is f32[1,2,0], expected elements",
            TensorType.of(DType.FLOAT32, 1, 2, 0),
            TensorType.of(DType.FLOAT32, 1, 2, 1)));
  }
}
