package dev.coppice.compiler.op;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.OpContract;
import java.util.List;

class IdentityTest extends OpContract {
  @Override
  protected List<Case> cases() {
    return List.of(
        of(new Identity(), random(1, 2, 3)),
        of(new Identity(), random(1, DType.BOOL, 9)),
        of(new Identity(), Tensor.scalar(3)).gives(Tensor.scalar(3)));
  }

  @Override
  protected List<Refusal> refusals() {
    return List.of(refuses(new Identity(), "has 0 operands [], expected 1"));
  }
}
