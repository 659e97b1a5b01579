package dev.coppice.compiler.compress.merge;

import org.junit.jupiter.api.Test;

class PoolBeforePointwiseTest {
  private static final String RULE = "pool-before-pointwise";

  private static MergeCase conv(int in, int out) {
    return MergeCase.of(2, in, 7, 8)
        .weights("w", out, in, 1, 1)
        .weights("b", out)
        .node("t = Conv(x, w, b)");
  }

  @Test
  void theAverageComesFirst() {
    conv(3, 5).node("y = GlobalAveragePool(t)").becomes(RULE, "GlobalAveragePool", "Conv");
    conv(4, 5)
        .node(
            "y = AveragePool(t)",
            "kernel_shape",
            new int[] {3, 2},
            "strides",
            new int[] {2, 2},
            "pads",
            new int[] {1, 0, 2, 1})
        .becomes(RULE, "AveragePool", "Conv");
  }

  @Test
  void doesNotFireWhereTheBiasOrTheCostWouldChange() {
    conv(4, 5)
        .node(
            "y = AveragePool(t)",
            "kernel_shape",
            new int[] {3, 2},
            "strides",
            new int[] {2, 2},
            "pads",
            new int[] {1, 0, 2, 1},
            "count_include_pad",
            1)
        .stays(RULE);
    conv(4, 2)
        .node(
            "y = AveragePool(t)", "kernel_shape", new int[] {3, 3}, "pads", new int[] {1, 1, 1, 1})
        .stays(RULE);
    conv(4, 5).node("y = GlobalAveragePool(t)").outputs("y", "t").stays(RULE);
  }
}
