package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class RoiAlignTest extends OpContract {
  @Override
  protected List<Case> cases() {
    Tensor x = Tensor.ofFloats(Shape.of(1, 1, 2, 2), 1, 2, 3, 4);
    Tensor roi = Tensor.ofFloats(Shape.of(1, 4), 0, 0, 1, 1);
    Tensor first = Tensor.ofLongs(Shape.of(1), 0);
    Tensor rois =
        Tensor.ofFloats(Shape.of(3, 4), 1, 2, 9, 7, -3, -2, 4, 30, 2.5f, 3.25f, 3.75f, 3.5f);
    Tensor batches = Tensor.ofLongs(Shape.of(3), 1, 0, -1);
    Tensor wide = random(1, 2, 3, 6, 5);
    return List.of(
        of(new RoiAlign(1, 1, 1, 1, false, false), x, roi, first)
            .gives(Tensor.ofFloats(Shape.of(1, 1, 1, 1), 2.5f)),
        of(new RoiAlign(1, 1, 1, 1, true, false), x, roi, first)
            .gives(Tensor.ofFloats(Shape.of(1, 1, 1, 1), 1)),
        of(new RoiAlign(1, 1, 1, 1, false, true), x, roi, first)
            .gives(Tensor.ofFloats(Shape.of(1, 1, 1, 1), 1)),
        of(new RoiAlign(2, 3, 0, 0.5f, true, false), wide, rois, batches),
        of(new RoiAlign(3, 2, 0, 0.5f, false, true), wide, rois, batches).constantsFrom(1),
        of(
            new RoiAlign(2, 2, 2, 1, true, true),
            random(1, DType.FLOAT64, 2, 3, 6, 5),
            random(2, DType.FLOAT64, 3, 4),
            batches),
        of(
            new RoiAlign(2, 2, 2, 1, true, false),
            wide,
            random(1, 0, 4),
            Tensor.ofLongs(Shape.of(0))));
  }

  @Override
  protected List<Refusal> refusals() {
    TensorType x = TensorType.of(DType.FLOAT32, 1, 1, 2, 2);
    return List.of(
        refuses(
            new RoiAlign(1, 1, 1, 1, true, true),
            "operands are [f32[1,1,2,2], f32[3,5], i64[3]], expected x [N, C, H, W] and rois [R,"
                + " 4]",
            x,
            TensorType.of(DType.FLOAT32, 3, 5),
            TensorType.of(DType.INT64, 3)),
        refuses(
            new RoiAlign(0, 1, 1, 1, true, true),
            "height 0 and width 1 must be positive, sampling ratio 1 not negative",
            x,
            TensorType.of(DType.FLOAT32, 3, 4),
            TensorType.of(DType.INT64, 3)));
  }
}
