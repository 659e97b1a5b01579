package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class ScatterElementsTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(
                new ScatterElements(1, ScatterReduction.NONE),
                Tensor.ofFloats(Shape.of(1, 3), 1, 2, 3),
                Tensor.ofLongs(Shape.of(1, 2), 1, -1),
                Tensor.ofFloats(Shape.of(1, 2), 8, 9))
            .gives(Tensor.ofFloats(Shape.of(1, 3), 1, 8, 9)),
        of(
            new ScatterElements(0, ScatterReduction.ADD),
            random(1, 3, 4),
            Tensor.ofLongs(Shape.of(4, 2), 0, 1, 2, 0, 0, 1, 2, 2),
            random(2, 4, 2)),
        of(
                new ScatterElements(0, ScatterReduction.MUL),
                random(1, 3),
                Tensor.ofLongs(Shape.of(2), 1, 1),
                random(2, 2))
            .constantsFrom(1),
        of(
            new ScatterElements(0, ScatterReduction.MAX),
            random(1, DType.INT32, 3),
            Tensor.ofLongs(Shape.of(2), 1, 2),
            random(2, DType.INT32, 2)),
        of(
            new ScatterElements(0, ScatterReduction.MIN),
            random(1, 3),
            Tensor.ofLongs(Shape.of(2), 0, 2),
            random(2, 2)),
        of(
            new ScatterElements(0, ScatterReduction.NONE),
            random(1, DType.BOOL, 3),
            Tensor.ofLongs(Shape.of(2), 0, 2),
            random(2, DType.BOOL, 2)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new ScatterElements(0, ScatterReduction.NONE),
            "operand 2 is f32[3], expected shape [2]",
            TensorType.of(DType.FLOAT32, 3),
            TensorType.of(DType.INT64, 2),
            TensorType.of(DType.FLOAT32, 3)),
        refuses(
            new ScatterElements(0, ScatterReduction.MAX),
            "operand 0 is u64[3], which reduction MAX does not take",
            TensorType.of(DType.UINT64, 3),
            TensorType.of(DType.INT64, 2),
            TensorType.of(DType.UINT64, 2)));
  }
}
