package dev.coppice.compiler.compress.merge;

import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import org.junit.jupiter.api.Test;

class MergeReshapesTest {
  private static final String RULE = "merge-reshapes";

  private static MergeCase shaped(long... shape) {
    return MergeCase.of(2, 3, 4).constant("s", Tensor.ofLongs(Shape.of(shape.length), shape));
  }

  @Test
  void theFirstIsDropped() {
    shaped(2, -1, 2).node("t = Flatten(x)").node("y = Reshape(t, s)").becomes(RULE, "Reshape");
    shaped(4, 6).node("t = Reshape(x, s)").node("y = Reshape(t, s)").becomes(RULE, "Reshape");
  }

  @Test
  void doesNotFireForSizesThatAreTakenOver() {
    shaped(0, 6, -1).node("t = Flatten(x)").node("y = Reshape(t, s)").stays(RULE);
    shaped(4, 6).node("t = Flatten(x)").node("y = Reshape(t, s)").outputs("y", "t").stays(RULE);
  }
}
