package dev.coppice.compiler.compress.merge;

import org.junit.jupiter.api.Test;

class FoldResidualTest {
  private static final String RULE = "fold-residual";

  @Test
  void theInputBecomesATap() {
    for (int group : new int[] {1, 2, 4}) {
      MergeCase.of(2, 4, 8, 7)
          .weights("w", 4, 4 / group, 3, 5)
          .weights("b", 4)
          .node(
              "t = Conv(x, w, b)",
              "pads",
              new int[] {2, 2, 2, 2},
              "dilations",
              new int[] {2, 1},
              "group",
              group)
          .node("y = Add(x, t)")
          .becomes(RULE, "Conv");
    }
    MergeCase.of(2, 4, 8, 7)
        .weights("w", 4, 4, 2, 2)
        .node("t = Conv(x, w)", "auto_pad", "SAME_UPPER")
        .node("y = Add(t, x)")
        .becomes(RULE, "Conv");
  }

  @Test
  void theIdentityBranchOfRepVggBecomesATap() {
    MergeCase.of(2, 4, 8, 7)
        .weights("w", 4, 4, 3, 3)
        .norm("n", 4)
        .node("t = Conv(x, w)", "pads", new int[] {1, 1, 1, 1})
        .node("u = BatchNormalization(x, ng, nh, nm, nv)")
        .node("y = Add(t, u)")
        .becomes(RULE, "Conv");
    MergeCase.of(2, 4, 8, 7)
        .weights("w", 4, 4, 3, 3)
        .weights("s", 4, 1, 1)
        .node("t = Conv(x, w)", "pads", new int[] {1, 1, 1, 1})
        .node("u = Mul(x, s)")
        .node("r = Relu(x)")
        .node("y = Sum(r, u, t)")
        .becomes(RULE, "Relu", "Conv", "Sum");
  }

  @Test
  void doesNotFireWithoutATapInPlace() {
    MergeCase.of(2, 4, 8, 8)
        .weights("w", 4, 4, 3, 3)
        .node("r = Relu(x)")
        .node("t = Conv(r, w)", "pads", new int[] {1, 1, 1, 1})
        .node("y = Add(t, x)")
        .stays(RULE);
    MergeCase.of(2, 4, 8, 8)
        .weights("w", 4, 4, 3, 3)
        .node("t = Conv(x, w)", "pads", new int[] {1, 1, 1, 1}, "dilations", new int[] {1, 1})
        .node("y = Add(t, x)")
        .outputs("y", "t")
        .stays(RULE);
    MergeCase.of(2, 4, 1, 1)
        .weights("w", 4, 4, 3, 3)
        .node("t = Conv(x, w)", "pads", new int[] {1, 1, 1, 1}, "strides", new int[] {2, 2})
        .node("y = Add(t, x)")
        .stays(RULE);
    MergeCase.of(2, 1, 8, 8)
        .weights("w", 4, 1, 1, 1)
        .node("t = Conv(x, w)")
        .node("y = Add(t, x)")
        .stays(RULE);
  }
}
