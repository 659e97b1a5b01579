package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class ScatterNDTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(
                new ScatterND(ScatterReduction.NONE),
                floats(1, 2, 3),
                Tensor.ofLongs(Shape.of(2, 1), 2, -3),
                floats(8, 9))
            .gives(floats(9, 2, 8)),
        of(
            new ScatterND(ScatterReduction.ADD),
            random(1, 3, 4),
            Tensor.ofLongs(Shape.of(2, 1), 1, 1),
            random(2, 2, 4)),
        of(
                new ScatterND(ScatterReduction.MUL),
                random(1, 3, 4),
                Tensor.ofLongs(Shape.of(2, 2), 1, 1, 2, 3),
                random(2, 2))
            .constantsFrom(1),
        of(
            new ScatterND(ScatterReduction.MAX),
            random(1, DType.INT64, 3, 4),
            Tensor.ofLongs(Shape.of(1, 1), 1),
            random(2, DType.INT64, 1, 4)),
        of(
            new ScatterND(ScatterReduction.MIN),
            random(1, 3),
            Tensor.ofLongs(Shape.of(1, 1), 1),
            random(2, 1)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new ScatterND(ScatterReduction.ADD),
            "operand 0 is bool[3], expected numbers",
            TensorType.of(DType.BOOL, 3),
            TensorType.of(DType.INT64, 1, 1),
            TensorType.of(DType.BOOL, 1)),
        refuses(
            new ScatterND(ScatterReduction.NONE),
            "operand 2 is f32[2], expected shape [1]",
            TensorType.of(DType.FLOAT32, 3),
            TensorType.of(DType.INT64, 1, 1),
            TensorType.of(DType.FLOAT32, 2)));
  }
}
