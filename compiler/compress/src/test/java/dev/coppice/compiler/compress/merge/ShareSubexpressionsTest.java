package dev.coppice.compiler.compress.merge;

import org.junit.jupiter.api.Test;

class ShareSubexpressionsTest {
  private static final String RULE = "share-subexpressions";

  @Test
  void equalNodesAreComputedOnce() {
    MergeCase.of(2, 3, 4, 4)
        .weights("w", 4, 3, 3, 3)
        .node("t = Conv(x, w)", "pads", new int[] {1, 1, 1, 1})
        .node("u = Conv(x, w)", "pads", new int[] {1, 1, 1, 1})
        .node("v = Relu(t)")
        .node("z = Relu(u)")
        .node("y = Add(v, z)")
        .becomes(RULE, "Conv", "Relu", "Add");
    MergeCase.of(4, 4)
        .node("a, b = Split(x)", "axis", 0)
        .node("c, d = Split(x)", "axis", 0)
        .node("s = Add(a, d)")
        .node("t = Mul(c, b)")
        .node("y = Sub(s, t)")
        .becomes(RULE, "Split", "Add", "Mul", "Sub");
  }

  @Test
  void doesNotFireForOtherAttributesOrOutputs() {
    MergeCase.of(2, 3, 4, 4)
        .node("t = Softmax(x)", "axis", 1)
        .node("u = Softmax(x)", "axis", 2)
        .node("y = Add(t, u)")
        .stays(RULE);
    MergeCase.of(2).node("y = Relu(x)").node("z = Relu(x)").outputs("y", "z").stays(RULE);
  }
}
