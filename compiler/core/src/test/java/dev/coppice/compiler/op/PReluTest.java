package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class PReluTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new PRelu(), floats(-2, 3), floats(0.5f, 0.5f)).gives(floats(-1, 3)),
        of(new PRelu(), random(1, 2, 3, 4, 5), random(2, 3, 1, 1)).constantsFrom(1),
        of(new PRelu(), random(1, 4, 5), random(2, 1)));
  }

  /** Slopes that are finite. */
  @Override
  protected List<Tensor> special(List<Tensor> values) {
    Tensor slope = values.get(1);
    Tensor finite =
        Tensor.fromDoubles(
            slope.type(), i -> Double.isFinite(slope.doubleAt(i)) ? slope.doubleAt(i) : 1);
    return List.of(values.get(0), finite);
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new PRelu(),
            "slope is f32[3,2]; expected to broadcast to x, which is f32[2]",
            TensorType.of(DType.FLOAT32, 2),
            TensorType.of(DType.FLOAT32, 3, 2)));
  }
}
