package dev.coppice.compiler.compress.merge;

import org.junit.jupiter.api.Test;

class PoolBeforeReluTest {
  private static final String RULE = "pool-before-relu";

  @Test
  void theMaximumComesFirst() {
    MergeCase.of(2, 3, 7, 8)
        .node("t = Relu(x)")
        .node(
            "y = MaxPool(t)",
            "kernel_shape",
            new int[] {3, 3},
            "strides",
            new int[] {2, 3},
            "pads",
            new int[] {1, 0, 2, 1})
        .becomes(RULE, "MaxPool", "Relu");
    MergeCase.of(2, 3, 7, 8)
        .node("t = Clip(x)")
        .node("y = GlobalMaxPool(t)")
        .becomes(RULE, "GlobalMaxPool", "Clip");
  }

  @Test
  void doesNotFireForAveragesOrSeveralReaders() {
    MergeCase.of(2, 3, 7, 8)
        .node("t = Relu(x)")
        .node("y = AveragePool(t)", "kernel_shape", new int[] {3, 3})
        .stays(RULE);
    MergeCase.of(2, 3, 7, 8)
        .node("t = Relu(x)")
        .node("y = MaxPool(t)", "kernel_shape", new int[] {3, 3})
        .outputs("y", "t")
        .stays(RULE);
  }
}
