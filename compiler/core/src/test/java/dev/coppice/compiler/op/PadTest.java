package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class PadTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new Pad(Pad.Mode.CONSTANT, List.of(1, 2), 9), floats(1, 2)).gives(floats(9, 1, 2, 9, 9)),
        of(new Pad(Pad.Mode.CONSTANT, List.of(0, 0, 1, 2, 0, 0, 3, 1), 0), random(1, 1, 2, 3, 9)),
        of(new Pad(Pad.Mode.CONSTANT, List.of(-1, 2, 1, -2), 1.5), random(2, 4, 5)),
        of(new Pad(Pad.Mode.REFLECT, List.of(2, 1), 0), floats(1, 2, 3))
            .gives(floats(3, 2, 1, 2, 3, 2)),
        of(new Pad(Pad.Mode.EDGE, List.of(2, 1), 0), floats(1, 2, 3))
            .gives(floats(1, 1, 1, 2, 3, 3)),
        of(new Pad(Pad.Mode.WRAP, List.of(2, 1), 0), floats(1, 2, 3))
            .gives(floats(2, 3, 1, 2, 3, 1)),
        of(new Pad(Pad.Mode.REFLECT, List.of(0, 1, 3, 0, 2, 4), 0), random(3, 2, 5, 12)),
        of(new Pad(Pad.Mode.EDGE, List.of(1, -1, 0, 2), 0), random(4, 3, 6)),
        of(new Pad(Pad.Mode.CONSTANT, List.of(1, 1), -3), random(5, DType.INT8, 4)),
        of(new Pad(Pad.Mode.CONSTANT, List.of(0, 0), 0), random(5, 4)),
        of(
                new Pad(Pad.Mode.CONSTANT, List.of(1, 0), 448),
                Tensor.splatLong(TensorType.of(DType.FLOAT8E4M3FN, 1), 0x80))
            .gives(
                Tensor.fromLongs(TensorType.of(DType.FLOAT8E4M3FN, 2), i -> i == 0 ? 0x7E : 0x80)),
        of(new Pad(Pad.Mode.CONSTANT, List.of(-4, 2), 5), random(5, 3)));
  }

  @Override
  protected boolean movesOnly() {
    return false;
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new Pad(Pad.Mode.CONSTANT, List.of(1, 1), 9),
            "value 9.0 is none of operand i4[1]",
            TensorType.of(DType.INT4, 1)),
        refuses(
            new Pad(Pad.Mode.CONSTANT, List.of(-3, 1), 0),
            "pads [-3, 1] leave -1 elements on axis 0 of operand f32[1]",
            TensorType.of(DType.FLOAT32, 1)),
        refuses(
            new Pad(Pad.Mode.EDGE, List.of(1, 1), 0),
            "mode EDGE needs elements on axis 0 of operand f32[0]",
            TensorType.of(DType.FLOAT32, 0)));
  }
}
