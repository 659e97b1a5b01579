package dev.coppice.compiler.op;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;
import org.junit.jupiter.api.Test;

class TransposeTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new Transpose(List.of(1, 0)), Tensor.ofFloats(Shape.of(2, 3), 1, 2, 3, 4, 5, 6))
            .gives(Tensor.ofFloats(Shape.of(3, 2), 1, 4, 2, 5, 3, 6)),
        of(new Transpose(List.of(0, 2, 3, 1)), random(1, 2, 3, 5, 7)),
        of(new Transpose(List.of(1, 0, 2)), random(2, 4, 3, 17)),
        of(new Transpose(List.of(0, 3, 1, 2)), random(3, 1, 4, 1, 6)),
        of(new Transpose(List.of(2, 1, 0)), random(4, DType.INT8, 3, 4, 5)),
        of(new Transpose(List.of(0, 1, 3, 2, 4)), random(5, 2, 3, 2, 5, 4)),
        of(new Transpose(List.of()), Tensor.scalar(2)),
        of(new Transpose(List.of(1, 0)), random(6, 0, 3)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new Transpose(List.of(0)),
            "perm [0] has 1 entries, expected 2 for operand f32[2,3]",
            TensorType.of(DType.FLOAT32, 2, 3)),
        refuses(
            new Transpose(List.of(1, 1)),
            "axes [1, 1] name axis 1 twice",
            TensorType.of(DType.FLOAT32, 2, 3)));
  }

  @Test
  void isAViewWhenOnlyAxesOfSizeOneMove() {
    Transpose op = new Transpose(List.of(0, 2, 3, 1));
    assertTrue(op.isView(List.of(TensorType.of(DType.FLOAT32, 1, 1, 5, 7))));
    assertTrue(op.isView(List.of(TensorType.of(DType.FLOAT32, 2, 8, 1, 1))));
    assertFalse(op.isView(List.of(TensorType.of(DType.FLOAT32, 1, 2, 5, 7))));
  }
}
