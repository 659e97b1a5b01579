package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.ArrayList;
import java.util.List;

class DftTest extends OpContract {
  @Override
  protected List<Case> cases() {
    Tensor ramp = Tensor.ofFloats(Shape.of(4, 1), 1, 2, 3, 4);
    Tensor spectrum = Tensor.ofFloats(Shape.of(3, 2), 10, 0, -2, 2, -2, 0);
    List<Case> cases =
        new ArrayList<>(
            List.of(
                of(new Dft(0, 4, false, false), ramp)
                    .gives(Tensor.ofFloats(Shape.of(4, 2), 10, 0, -2, 2, -2, 0, -2, -2)),
                of(new Dft(0, 4, false, true), ramp).gives(spectrum),
                of(new Dft(0, 4, true, true), spectrum).gives(ramp),
                of(new Dft(0, 3, false, false), floats(1, 0, 0).reshape(Shape.of(3, 1)))
                    .gives(Tensor.ofFloats(Shape.of(3, 2), 1, 0, 1, 0, 1, 0)),
                of(new Dft(0, 2, true, false), Tensor.ofFloats(Shape.of(2, 2), 4, 2, 2, 0))
                    .gives(Tensor.ofFloats(Shape.of(2, 2), 3, 1, 1, 1)),
                of(new Dft(1, 5, true, true), random(1, 2, 4, 3, 2)),
                of(new Dft(1, 8, true, true), random(1, 2, 3, 3, 2)),
                of(new Dft(0, 4, false, false), random(1, 0, 2, 1)),
                of(new Dft(1, 6, false, true), random(2, DType.FLOAT16, 2, 7, 3, 1))));
    for (int n : new int[] {1, 2, 3, 4, 8, 10, 33, 64, 100, 127}) {
      cases.add(of(new Dft(1, n, n % 3 == 0, false), random(n, 2, n + n % 2 * 2 - 1, 2, 2)));
    }
    return cases;
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new Dft(1, 4, false, false),
            "axis 1 is outside 0..0 for operand f32[4,1]",
            TensorType.of(DType.FLOAT32, 4, 1)),
        refuses(
            new Dft(0, 4, false, false),
            "operand 0 is f32[4,3], expected 1 or 2 elements on the last axis",
            TensorType.of(DType.FLOAT32, 4, 3)),
        refuses(
            new Dft(0, 4, false, true),
            "operand 0 is f32[4,2], expected 1 on the last axis for a onesided transform",
            TensorType.of(DType.FLOAT32, 4, 2)),
        refuses(
            new Dft(0, 0, false, false),
            "length is 0, expected 1 to 268435456",
            TensorType.of(DType.FLOAT32, 4, 2)));
  }
}
