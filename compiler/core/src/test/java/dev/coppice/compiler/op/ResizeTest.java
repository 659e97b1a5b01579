package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class ResizeTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(
                linear(Resize.Coordinates.HALF_PIXEL, List.of(1f, 1f, 2f, 2f), List.of(1, 1, 2, 4)),
                floats(1, 3).reshape(Shape.of(1, 1, 1, 2)))
            .gives(Tensor.ofFloats(Shape.of(1, 1, 2, 4), 1, 1.5f, 2.5f, 3, 1, 1.5f, 2.5f, 3)),
        of(
                nearest(
                    Resize.Nearest.ROUND_PREFER_FLOOR,
                    List.of(1f, 1f, 2f, 3f),
                    List.of(1, 1, 4, 6)),
                floats(1, 2, 3, 4).reshape(Shape.of(1, 1, 2, 2)))
            .gives(
                Tensor.ofFloats(
                    Shape.of(1, 1, 4, 6),
                    1,
                    1,
                    1,
                    2,
                    2,
                    2,
                    1,
                    1,
                    1,
                    2,
                    2,
                    2,
                    3,
                    3,
                    3,
                    4,
                    4,
                    4,
                    3,
                    3,
                    3,
                    4,
                    4,
                    4)),
        of(
                linear(
                    Resize.Coordinates.ALIGN_CORNERS,
                    List.of(1f, 1f, 0.6f, 0.6f),
                    List.of(1, 1, 1, 2)),
                floats(1, 2, 3, 4, 5, 6, 7, 8).reshape(Shape.of(1, 1, 2, 4)))
            .gives(Tensor.ofFloats(Shape.of(1, 1, 1, 2), 1, 3.142857f)),
        of(
            linear(Resize.Coordinates.ASYMMETRIC, List.of(1f, 1f, 2f, 1f), List.of(1, 2, 10, 7)),
            random(1, 1, 2, 5, 7)),
        of(
            linear(
                Resize.Coordinates.PYTORCH_HALF_PIXEL,
                List.of(1f, 1f, 1f, 0.5f),
                List.of(1, 2, 5, 3)),
            random(1, 1, 2, 5, 7)),
        of(
            linear(
                Resize.Coordinates.HALF_PIXEL_SYMMETRIC,
                List.of(1f, 1f, 1.3f, 0.7f),
                List.of(1, 2, 6, 4)),
            random(1, 1, 2, 5, 7)),
        of(
            linear(Resize.Coordinates.HALF_PIXEL, List.of(2f, 1f, 1.5f), List.of(4, 3, 6)),
            random(2, 2, 3, 4)),
        of(linear(Resize.Coordinates.HALF_PIXEL, List.of(3f), List.of(9)), random(2, 3)),
        of(
            new Resize(
                Resize.Mode.CUBIC,
                Resize.Coordinates.HALF_PIXEL,
                Resize.Nearest.FLOOR,
                -0.75f,
                false,
                false,
                0,
                List.of(),
                List.of(1f, 1f, 2f, 1.5f),
                List.of(1, 2, 8, 6)),
            random(3, 1, 2, 4, 4)),
        of(
            new Resize(
                Resize.Mode.CUBIC,
                Resize.Coordinates.ALIGN_CORNERS,
                Resize.Nearest.FLOOR,
                -0.5f,
                true,
                false,
                0,
                List.of(),
                List.of(1f, 1f, 2f, 1.5f),
                List.of(1, 2, 8, 6)),
            random(3, 1, 2, 4, 4)),
        of(
            new Resize(
                Resize.Mode.LINEAR,
                Resize.Coordinates.HALF_PIXEL,
                Resize.Nearest.FLOOR,
                0,
                false,
                true,
                0,
                List.of(),
                List.of(1f, 1f, .25f, .5f),
                List.of(1, 2, 4, 8)),
            random(3, 1, 2, 16, 16)),
        of(
            new Resize(
                Resize.Mode.CUBIC,
                Resize.Coordinates.HALF_PIXEL,
                Resize.Nearest.FLOOR,
                -.75f,
                false,
                true,
                0,
                List.of(),
                List.of(1f, 1f, .25f, .5f),
                List.of(1, 2, 4, 8)),
            random(3, 1, 2, 16, 16)),
        of(
            nearest(Resize.Nearest.FLOOR, List.of(1f, 2f, 2f, 1f), List.of(1, 4, 6, 5)),
            random(4, 1, 2, 3, 5)),
        of(
            nearest(Resize.Nearest.FLOOR, List.of(1f, 2f, 1.5f, 1f), List.of(2, 4, 6, 37)),
            random(5, 2, 2, 4, 37)),
        of(
            linear(Resize.Coordinates.HALF_PIXEL, List.of(1f, 2f, 1.5f, 1f), List.of(2, 4, 6, 37)),
            random(6, 2, 2, 4, 37)),
        of(
            nearest(Resize.Nearest.CEIL, List.of(1f, .7f), List.of(2, 6)),
            random(4, DType.UINT8, 2, 9)),
        of(
            nearest(Resize.Nearest.ROUND_PREFER_CEIL, List.of(1f, 2f, 1f), List.of(2, 6, 12)),
            random(4, 2, 3, 12)),
        of(
            new Resize(
                Resize.Mode.LINEAR,
                Resize.Coordinates.TF_CROP_AND_RESIZE,
                Resize.Nearest.FLOOR,
                0,
                false,
                false,
                10,
                List.of(0f, 0f, 0.4f, 0.6f, 1f, 1f, 1.2f, 1.7f),
                List.of(1f, 1f, .75f, .75f),
                List.of(1, 1, 3, 3)),
            random(5, 1, 1, 4, 4)),
        of(linear(Resize.Coordinates.HALF_PIXEL, List.of(1f, 1f), List.of(2, 3)), random(4, 2, 3)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            linear(Resize.Coordinates.HALF_PIXEL, List.of(1f), List.of(3)),
            "scales [1.0] has 1 entries, expected 2 for operand f32[2,3]",
            TensorType.of(DType.FLOAT32, 2, 3)),
        refuses(
            linear(Resize.Coordinates.HALF_PIXEL, List.of(0f), List.of(3)),
            "scales [0.0] must be positive",
            TensorType.of(DType.FLOAT32, 3)),
        refuses(
            linear(Resize.Coordinates.HALF_PIXEL, List.of(1f), List.of(3)),
            "operand 0 is u8[3], expected element type [f32, f64, f16, bf16]",
            TensorType.of(DType.UINT8, 3)));
  }

  private static Resize linear(Resize.Coordinates c, List<Float> scales, List<Integer> shape) {
    return new Resize(
        Resize.Mode.LINEAR,
        c,
        Resize.Nearest.ROUND_PREFER_FLOOR,
        -0.75f,
        false,
        false,
        0,
        List.of(),
        scales,
        shape);
  }

  private static Resize nearest(Resize.Nearest n, List<Float> scales, List<Integer> shape) {
    return new Resize(
        Resize.Mode.NEAREST,
        Resize.Coordinates.HALF_PIXEL,
        n,
        -0.75f,
        false,
        false,
        0,
        List.of(),
        scales,
        shape);
  }
}
