package dev.coppice.compiler.compress.merge;

import org.junit.jupiter.api.Test;

class MergeTransposesTest {
  private static final String RULE = "merge-transposes";

  @Test
  void twoBecomeOne() {
    MergeCase.of(2, 3, 4, 5)
        .node("t = Transpose(x)", "perm", new int[] {0, 2, 3, 1})
        .node("y = Transpose(t)", "perm", new int[] {1, 0, 3, 2})
        .becomes(RULE, "Transpose");
    MergeCase.of(2, 3, 4)
        .node("t = Transpose(x)")
        .node("y = Transpose(t)", "perm", new int[] {0, 2, 1})
        .becomes(RULE, "Transpose");
  }

  @Test
  void doesNotFireWhereOthersReadTheFirst() {
    MergeCase.of(2, 3)
        .node("t = Transpose(x)")
        .node("y = Transpose(t)")
        .node("z = Relu(t)")
        .outputs("y", "z")
        .stays(RULE);
  }
}
