package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class PackBitsTest extends OpContract {
  @Override
  protected List<Case> cases() {
    Tensor signs = Tensor.ofFloats(Shape.of(2, 3), 1, -1, 2, 0, Float.NaN, -0.5f);
    return List.of(
        of(new PackBits(1, false), signs)
            .gives(Tensor.adopt(TensorType.of(DType.INT32, 2, 1), new int[] {5, 0})),
        of(new PackBits(1, true), signs)
            .gives(Tensor.adopt(TensorType.of(DType.INT32, 2, 2), new int[] {5, 7, 0, 4})),
        of(new PackBits(0, false), signs)
            .gives(Tensor.adopt(TensorType.of(DType.INT32, 3, 1), new int[] {1, 0, 1})),
        of(new PackBits(1, false), random(1, 2, 64, 3, 2)),
        of(new PackBits(1, true), random(2, 2, 70, 3)),
        of(new PackBits(1, true), rounded(random(6, 3, 100))),
        of(new PackBits(1, false), random(3, DType.BOOL, 1, 33, 2, 3)),
        of(new PackBits(0, true), random(4, DType.BOOL, 32)),
        of(new PackBits(0, false), random(5, DType.FLOAT64, 5)));
  }

  /** With zeros of both signs, and numbers that are none. */
  private static Tensor rounded(Tensor t) {
    return Tensor.fromDoubles(
        t.type(), i -> i % 31 == 30 ? Double.NaN : Math.rint(t.doubleAt(i) * 2));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new PackBits(2, false),
            "axis 2 is outside 0..1 for operand f32[2,3]",
            TensorType.of(DType.FLOAT32, 2, 3)),
        refuses(
            new PackBits(0, false),
            "operand 0 is i32[2], expected element type [f32, f64, bool]",
            TensorType.of(DType.INT32, 2)));
  }
}
