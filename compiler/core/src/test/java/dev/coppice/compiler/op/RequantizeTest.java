package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class RequantizeTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(
                new Requantize(false, -3, 4),
                floats(1, 3, 5, -1, -3, 1000, -1000, 0),
                Tensor.scalar(.5f))
            .gives(floats(0, 2, 2, 0, -2, 4, -3, 0)),
        of(new Requantize(true, -3, 400), floats(1, 3, -5, 1000), Tensor.scalar(2))
            .gives(floats(0, 2, -2, 400))
            .constantsFrom(1),
        of(new Requantize(false, -128, 127), random(1, 2, 3, 5), random(2, 3, 1)).constantsFrom(1),
        of(
            new Requantize(true, -Requantize.LIMIT, Requantize.LIMIT),
            random(3, 4, 70),
            Tensor.scalar(1e-6f)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new Requantize(false, 0, 255),
            "operand 0 is i32[3], expected element type [f32]",
            TensorType.of(DType.INT32, 3),
            TensorType.of(DType.FLOAT32)),
        refuses(
            new Requantize(false, 0, 255),
            "scale is f32[2,3]; expected to broadcast to x, which is f32[3]",
            TensorType.of(DType.FLOAT32, 3),
            TensorType.of(DType.FLOAT32, 2, 3)));
  }
}
