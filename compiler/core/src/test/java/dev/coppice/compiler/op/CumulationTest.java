package dev.coppice.compiler.op;

import dev.coppice.compiler.op.Cumulation.Kind;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class CumulationTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new Cumulation(Kind.SUM, 0, false, false), floats(1, 2, 3)).gives(floats(1, 3, 6)),
        of(new Cumulation(Kind.SUM, 0, true, false), floats(1, 2, 3)).gives(floats(0, 1, 3)),
        of(new Cumulation(Kind.SUM, 0, false, true), floats(1, 2, 3)).gives(floats(6, 5, 3)),
        of(new Cumulation(Kind.SUM, 0, true, true), floats(1, 2, 3)).gives(floats(5, 3, 0)),
        of(new Cumulation(Kind.SUM, 1, false, true), random(1, 2, 5, 3)),
        of(new Cumulation(Kind.SUM, 1, true, false), random(1, DType.INT32, 2, 5)),
        of(new Cumulation(Kind.SUM, 0, true, false), random(1, 0)),
        of(new Cumulation(Kind.PRODUCT, 0, false, false), floats(1, 2, 4)).gives(floats(1, 2, 8)),
        of(new Cumulation(Kind.PRODUCT, 0, true, false), floats(1, 2, 4)).gives(floats(1, 1, 2)),
        of(new Cumulation(Kind.PRODUCT, 0, false, true), floats(1, 2, 4)).gives(floats(8, 8, 4)),
        of(new Cumulation(Kind.PRODUCT, 0, true, true), floats(1, 2, 4)).gives(floats(8, 4, 1)),
        of(new Cumulation(Kind.PRODUCT, 1, false, true), random(1, 2, 5, 3)),
        of(new Cumulation(Kind.PRODUCT, 1, true, false), random(1, DType.INT32, 2, 5)),
        of(new Cumulation(Kind.PRODUCT, 0, true, false), random(1, 0)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(
        refuses(
            new Cumulation(Kind.SUM, 1, false, false),
            "axis 1 is outside 0..0 for operand f32[3]",
            TensorType.of(DType.FLOAT32, 3)));
  }
}
