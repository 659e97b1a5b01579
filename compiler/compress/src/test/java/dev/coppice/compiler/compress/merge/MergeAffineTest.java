package dev.coppice.compiler.compress.merge;

import org.junit.jupiter.api.Test;

class MergeAffineTest {
  private static final String RULE = "merge-affine";

  @Test
  void rowsBecomeOneNode() {
    MergeCase.of(2, 4, 3, 5)
        .norm("n", 4)
        .weights("s h", 1, 4, 1, 1)
        .node("t = BatchNormalization(x, ng, nh, nm, nv)")
        .node("u = Mul(t, s)")
        .node("y = Add(h, u)")
        .becomes(RULE, "BatchNormalization");
    MergeCase.of(2, 4, 3, 5)
        .weights("s d", 4, 1, 1)
        .node("t = Mul(x, s)")
        .node("y = Mul(t, d)")
        .becomes(RULE, "Mul");
    MergeCase.of(2, 3, 4).weights("a b", 4).node("t = Add(x, a)").node("y = Sub(b, t)").stays(RULE);
    MergeCase.of(2, 3, 4)
        .weights("a b c", 4)
        .node("t = Add(x, a)")
        .node("u = Mul(t, b)")
        .node("y = Add(u, c)")
        .becomes(RULE, "Mul", "Add");
  }

  @Test
  void doesNotFireWhereNothingIsSaved() {
    MergeCase.of(2, 4, 3, 5)
        .weights("s h", 1)
        .node("t = Mul(x, s)")
        .node("y = Add(t, h)")
        .stays(RULE);
    MergeCase.of(2, 4, 3, 5)
        .weights("s h", 4, 1, 1)
        .node("t = Mul(x, s)")
        .node("u = Mul(t, h)")
        .node("y = Relu(t)")
        .outputs("y", "u")
        .stays(RULE);
  }
}
