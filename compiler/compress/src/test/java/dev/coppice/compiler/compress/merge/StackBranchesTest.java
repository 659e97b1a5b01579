package dev.coppice.compiler.compress.merge;

import org.junit.jupiter.api.Test;

class StackBranchesTest {
  private static final String RULE = "stack-branches";

  @Test
  void neighboursBecomeOne() {
    MergeCase.of(2, 4, 8, 7)
        .weights("w", 3, 4, 3, 3)
        .weights("v", 5, 4, 3, 3)
        .weights("u", 2, 4, 3, 3)
        .weights("b", 5)
        .node("t = Conv(x, w)", "strides", new int[] {2, 1})
        .node("s = Conv(x, v, b)", "strides", new int[] {2, 1})
        .node("r = Conv(x, u)", "strides", new int[] {2, 1})
        .node("y = Concat(t, s, r)", "axis", -3)
        .becomes(RULE, "Conv");
    MergeCase.of(2, 4, 8, 7)
        .weights("w v", 3, 4, 1, 1)
        .node("t = Conv(x, w)")
        .node("s = Conv(x, v)")
        .node("y = Concat(x, t, s)", "axis", 1)
        .becomes(RULE, "Conv", "Concat");
  }

  @Test
  void doesNotFireForOtherAxesOrder() {
    MergeCase.of(2, 4, 8, 7)
        .weights("w v", 4, 4, 1, 1)
        .node("t = Conv(x, w)")
        .node("s = Conv(x, v)")
        .node("y = Concat(t, x, s)", "axis", 1)
        .stays(RULE);
    MergeCase.of(2, 4, 8, 7)
        .weights("w v", 3, 4, 1, 1)
        .node("t = Conv(x, w)")
        .node("s = Conv(x, v)")
        .node("y = Concat(t, s)", "axis", 2)
        .stays(RULE);
    MergeCase.of(2, 4, 8, 7)
        .weights("w v", 4, 2, 1, 1)
        .node("t = Conv(x, w)", "group", 2)
        .node("s = Conv(x, v)", "group", 2)
        .node("y = Concat(t, s)", "axis", 1)
        .stays(RULE);
  }
}
