package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class StftTest extends OpContract {
  @Override
  protected List<Case> cases() {
    Tensor x = Tensor.ofFloats(Shape.of(1, 4, 1), 1, 2, 3, 4);
    return List.of(
        of(new Stft(2, 2, true), x)
            .gives(Tensor.ofFloats(Shape.of(1, 2, 2, 2), 3, 0, -1, 0, 7, 0, -1, 0)),
        of(new Stft(1, 2, true), x, floats(1, 2))
            .gives(Tensor.ofFloats(Shape.of(1, 3, 2, 2), 5, 0, -3, 0, 8, 0, -4, 0, 11, 0, -5, 0)),
        of(new Stft(3, 16, false), random(1, 2, 30, 2), random(2, 16)).constantsFrom(1),
        of(new Stft(5, 40, true), random(1, 1, 61, 1), random(2, 40)),
        of(new Stft(5, 7, true), random(1, DType.FLOAT64, 1, 12, 1)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new Stft(1, 2, true),
            "operand 0 is f32[1,4,2], expected [N, L, 1] for half a spectrum",
            TensorType.of(DType.FLOAT32, 1, 4, 2)),
        refuses(
            new Stft(1, 5, true),
            "frame step 1 and length 5, expected at least 1 and at most the length of operand"
                + " f32[1,4,1]",
            TensorType.of(DType.FLOAT32, 1, 4, 1)),
        refuses(
            new Stft(1, 2, true),
            "operand 1 is f32[3], expected shape [2]",
            TensorType.of(DType.FLOAT32, 1, 4, 1),
            TensorType.of(DType.FLOAT32, 3)));
  }
}
