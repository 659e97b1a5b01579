package dev.coppice.compiler.compress.merge;

import dev.coppice.compiler.tensor.Tensor;
import org.junit.jupiter.api.Test;

class MergeClipsTest {
  private static final String RULE = "merge-clips";

  private static MergeCase bounded() {
    return MergeCase.of(2, 3, 4)
        .constant("low", Tensor.scalar(-0.5f))
        .constant("high", Tensor.scalar(1.25f))
        .constant("above", Tensor.scalar(2));
  }

  @Test
  void boundsOfBoundsBecomeOne() {
    bounded().node("t = Relu(x)").node("y = Clip(t, low, high)").becomes(RULE, "Clip");
    bounded().node("t = Clip(x, low)").node("y = Relu(t)").becomes(RULE, "Relu");
    bounded().node("t = Clip(x, low, high)").node("y = Clip(t, , above)").becomes(RULE, "Clip");
    bounded().node("t = Relu(x)").node("y = Relu(t)").becomes(RULE, "Relu");
    MergeCase.of(2, 3)
        .opset(9)
        .node("t = Clip(x)", "min", -1f, "max", 1f)
        .node("y = Clip(t)", "max", 0.5f)
        .becomes(RULE, "Clip");
  }

  @Test
  void doesNotFireForBoundsThatExcludeEachOther() {
    bounded().node("t = Clip(x, above)").node("y = Clip(t, low, high)").stays(RULE);
    bounded().node("t = Clip(x, high, low)").node("y = Relu(t)").stays(RULE);
    bounded().node("t = Relu(x)").node("y = Clip(t, low)").outputs("y", "t").stays(RULE);
  }
}
