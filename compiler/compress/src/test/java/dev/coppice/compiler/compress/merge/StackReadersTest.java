package dev.coppice.compiler.compress.merge;

import org.junit.jupiter.api.Test;

class StackReadersTest {
  private static final String RULE = "stack-readers";

  private static MergeCase inception() {
    return MergeCase.of(2, 6, 5, 5)
        .weights("w", 3, 6, 1, 1)
        .weights("v", 2, 6, 1, 1)
        .weights("k", 4, 3, 3, 3)
        .weights("b", 2)
        .node("t = Conv(x, w)")
        .node("a = Relu(t)")
        .node("c = Conv(a, k)", "pads", new int[] {1, 1, 1, 1})
        .node("s = Conv(x, v, b)")
        .node("d = Relu(s)")
        .node("y = Concat(c, d)", "axis", 1);
  }

  @Test
  void readersOfOneValueBecomeOne() {
    inception().becomes(RULE, "Conv", "Split", "Relu", "Conv", "Relu", "Concat");
    inception().opset(11).becomes(RULE, "Conv", "Split", "Relu", "Conv", "Relu", "Concat");
  }

  @Test
  void doesNotFireForOtherGeometries() {
    MergeCase.of(2, 6, 5, 5)
        .weights("w", 3, 6, 1, 1)
        .weights("v", 3, 6, 1, 1)
        .node("t = Conv(x, w)", "strides", new int[] {2, 2})
        .node("s = Conv(x, v)")
        .outputs("t", "s")
        .stays(RULE);
  }
}
