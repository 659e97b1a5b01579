package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class SoftmaxTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new Softmax(0), floats(0, 0)).gives(floats(0.5f, 0.5f)),
        of(new Softmax(1), random(1, 3, 40)),
        of(new Softmax(1), random(1, 2, 5, 300)),
        of(new Softmax(1), random(2, 2, 5, 4, 3)),
        of(new Softmax(0), floats(1000, 1000)).gives(floats(.5f, .5f)),
        of(new Softmax(2), random(3, 2, 3, 1)),
        of(new Softmax(1), random(3, 2, 0)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new Softmax(1),
            "axis 1 is outside 0..0 for operand f32[2]",
            TensorType.of(DType.FLOAT32, 2)),
        refuses(
            new Softmax(0),
            "operand 0 is i32[2], expected element type [f32, f64, f16, bf16]",
            TensorType.of(DType.INT32, 2)));
  }
}
