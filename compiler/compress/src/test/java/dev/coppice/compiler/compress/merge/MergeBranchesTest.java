package dev.coppice.compiler.compress.merge;

import org.junit.jupiter.api.Test;

class MergeBranchesTest {
  private static final String RULE = "merge-branches";

  @Test
  void smallKernelsGoIntoLargeOnes() {
    for (int stride = 1; stride <= 3; stride++) {
      for (int group : new int[] {1, 2}) {
        MergeCase.of(2, 4, 8, 7)
            .weights("w", 6, 4 / group, 3, 5)
            .weights("v", 6, 4 / group, 1, 3)
            .weights("b", 6)
            .node(
                "t = Conv(x, w)",
                "pads",
                new int[] {1, 2, 1, 2},
                "group",
                group,
                "strides",
                new int[] {stride, 1})
            .node(
                "u = Conv(x, v, b)",
                "pads",
                new int[] {0, 1, 0, 1},
                "group",
                group,
                "strides",
                new int[] {stride, 1})
            .node("y = Add(u, t)")
            .becomes(RULE, "Conv");
      }
    }
  }

  @Test
  void sumsOfSeveralLoseOperands() {
    MergeCase.of(2, 4, 8, 7)
        .weights("w", 4, 4, 3, 3)
        .weights("v u", 4, 4, 1, 1)
        .node("a = Conv(x, w)", "pads", new int[] {1, 1, 1, 1})
        .node("b = Conv(x, v)")
        .node("c = Conv(x, u)")
        .node("y = Sum(a, x, b, c)")
        .becomes(RULE, "Conv", "Sum");
  }

  @Test
  void doesNotFireForOtherGeometries() {
    MergeCase.of(2, 4, 8, 8)
        .weights("w v", 4, 4, 2, 2)
        .node("t = Conv(x, w)", "pads", new int[] {1, 1, 0, 0})
        .node("u = Conv(x, v)", "pads", new int[] {0, 0, 1, 1})
        .node("y = Add(t, u)")
        .stays(RULE);
    MergeCase.of(2, 4, 8, 8)
        .weights("w v", 4, 4, 1, 1)
        .node("r = Relu(x)")
        .node("t = Conv(x, w)")
        .node("u = Conv(r, v)")
        .node("y = Add(t, u)")
        .stays(RULE);
    MergeCase.of(2, 4, 8, 8)
        .weights("w", 4, 4, 1, 1)
        .node("t = Conv(x, w)")
        .node("y = Add(t, t)")
        .stays(RULE);
    MergeCase.of(2, 4, 1, 1)
        .weights("w", 4, 4, 1, 1)
        .weights("v", 4, 4, 1, 1)
        .node("t = Conv(x, w)")
        .node("u = Conv(x, v)", "pads", new int[] {1, 1, 1, 1})
        .node("y = Add(t, u)")
        .stays(RULE);
  }
}
