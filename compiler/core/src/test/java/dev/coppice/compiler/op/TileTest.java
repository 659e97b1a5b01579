package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class TileTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new Tile(List.of(2)), floats(1, 2)).gives(floats(1, 2, 1, 2)),
        of(new Tile(List.of(2, 1, 3)), random(1, 2, 3, 4)),
        of(new Tile(List.of(1, 2)), random(1, DType.INT64, 3, 9)),
        of(new Tile(List.of(1, 1)), random(1, 3, 2)),
        of(new Tile(List.of(0)), random(1, 3)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new Tile(List.of(1)),
            "repeats [1] has 1 entries, expected 2 for operand f32[2,3]",
            TensorType.of(DType.FLOAT32, 2, 3)),
        refuses(
            new Tile(List.of(-1)),
            "repeats [-1] has a negative entry",
            TensorType.of(DType.FLOAT32, 3)));
  }
}
