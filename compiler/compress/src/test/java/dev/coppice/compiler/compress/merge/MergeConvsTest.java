package dev.coppice.compiler.compress.merge;

import org.junit.jupiter.api.Test;

class MergeConvsTest {
  private static final String RULE = "merge-convs";
  private static final String POOL = "merge-average-pool";

  private static MergeCase pair(int in, int middle, int out, int[] first, int[] second) {
    return MergeCase.of(2, in, 13, 11)
        .weights("w", middle, in, first[0], first[1])
        .weights("v", out, middle, second[0], second[1])
        .weights("b", middle)
        .weights("c", out);
  }

  @Test
  void aPointwiseConvolutionGoesIntoTheOneBefore() {
    for (int stride = 1; stride <= 3; stride++) {
      pair(3, 8, 4, new int[] {3, 2}, new int[] {1, 1})
          .node(
              "t = Conv(x, w, b)",
              "strides",
              new int[] {stride, 2},
              "pads",
              new int[] {1, 0, 2, 1},
              "dilations",
              new int[] {1, 2})
          .node("y = Conv(t, v, c)", "strides", new int[] {1, stride})
          .becomes(RULE, "Conv");
    }
  }

  @Test
  void aPointwiseConvolutionGoesIntoTheOneBehind() {
    pair(3, 8, 4, new int[] {1, 1}, new int[] {3, 3})
        .node("t = Conv(x, w, b)")
        .node("y = Conv(t, v)")
        .becomes(RULE, "Conv");
    pair(3, 8, 4, new int[] {1, 1}, new int[] {3, 3})
        .node("t = Conv(x, w)")
        .node("y = Conv(t, v, c)", "pads", new int[] {1, 0, 2, 1}, "strides", new int[] {2, 1})
        .becomes(RULE, "Conv");
    pair(3, 8, 4, new int[] {1, 1}, new int[] {3, 3})
        .node("t = Conv(x, w, b)")
        .node("y = Conv(t, v)", "pads", new int[] {1, 1, 1, 1})
        .stays(RULE);
  }

  @Test
  void anyTwoWindowsMultiply() {
    for (int stride = 1; stride <= 3; stride++) {
      for (int dilation = 1; dilation <= 2; dilation++) {
        pair(3, 4, 5, new int[] {3, 2}, new int[] {2, 3})
            .node(
                "t = Conv(x, w, b)",
                "strides",
                new int[] {stride, 1},
                "pads",
                new int[] {2, 1, 0, 1},
                "dilations",
                new int[] {dilation, 1})
            .node("y = Conv(t, v, c)", "strides", new int[] {1, 2})
            .becomes(RULE, true, "Conv");
      }
    }
    pair(3, 4, 5, new int[] {3, 2}, new int[] {2, 3})
        .node("t = Conv(x, w)")
        .node("y = Conv(t, v)", "pads", new int[] {1, 0, 0, 0})
        .stays(RULE);
  }

  @Test
  void groupsBecomeDense() {
    MergeCase.of(1, 4, 7, 5)
        .weights("w", 4, 1, 3, 3)
        .weights("b", 4)
        .weights("v", 6, 4, 1, 1)
        .node("t = Conv(x, w, b)", "group", 4, "pads", new int[] {1, 1, 1, 1})
        .node("y = Conv(t, v)")
        .becomes(RULE, true, "Conv");
    MergeCase.of(1, 4, 7, 5)
        .weights("w", 4, 2, 3, 3)
        .weights("v", 4, 1, 1, 3)
        .node("t = Conv(x, w)", "group", 2)
        .node("y = Conv(t, v)", "group", 4)
        .becomes(RULE, true, "Conv");
  }

  @Test
  void doesNotMultiplyMoreThanBefore() {
    pair(3, 4, 5, new int[] {3, 3}, new int[] {3, 3})
        .node("t = Conv(x, w)")
        .node("y = Conv(t, v)")
        .stays(RULE);
    MergeCase.of(1, 4, 7, 5)
        .weights("w", 4, 1, 3, 3)
        .weights("v", 6, 4, 1, 1)
        .node("t = Conv(x, w)", "group", 4)
        .node("y = Conv(t, v)")
        .stays(RULE);
  }

  @Test
  void anAverageGoesIntoTheConvolutionBefore() {
    for (int group : new int[] {1, 2}) {
      MergeCase.of(2, 4, 13, 11)
          .weights("w", 6, 4 / group, 3, 3)
          .weights("b", 6)
          .node("t = Conv(x, w, b)", "group", group, "pads", new int[] {1, 0, 1, 2})
          .node("y = AveragePool(t)", "kernel_shape", new int[] {3, 2}, "strides", new int[] {3, 2})
          .becomes(POOL, "Conv");
    }
  }

  @Test
  void anAverageThatPadsOrSavesNothingStays() {
    MergeCase.of(2, 4, 13, 11)
        .weights("w", 6, 4, 3, 3)
        .node("t = Conv(x, w)")
        .node(
            "y = AveragePool(t)",
            "kernel_shape",
            new int[] {2, 2},
            "strides",
            new int[] {2, 2},
            "pads",
            new int[] {1, 1, 0, 0})
        .stays(POOL);
    MergeCase.of(2, 4, 13, 11)
        .weights("w", 6, 4, 3, 3)
        .node("t = Conv(x, w)")
        .node("y = AveragePool(t)", "kernel_shape", new int[] {2, 2})
        .stays(POOL);
  }
}
