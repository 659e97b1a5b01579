package dev.coppice.compiler.compress.merge;

import org.junit.jupiter.api.Test;

class MatMulToGemmTest {
  private static final String RULE = "matmul-to-gemm";

  @Test
  void productAndBiasBecomeOne() {
    MergeCase.of(3, 5)
        .weights("w", 5, 4)
        .weights("b", 4)
        .node("t = MatMul(x, w)")
        .node("y = Add(b, t)")
        .becomes(RULE, "Gemm");
    MergeCase.of(3, 5)
        .weights("w", 5, 4)
        .weights("b", 1, 4)
        .node("t = MatMul(x, w)")
        .node("y = Add(t, b)")
        .becomes(RULE, "Gemm");
  }

  @Test
  void doesNotFireForOtherRanksOrTerms() {
    MergeCase.of(2, 3, 5)
        .weights("w", 5, 4)
        .weights("b", 4)
        .node("t = MatMul(x, w)")
        .node("y = Add(t, b)")
        .stays(RULE);
    MergeCase.of(3, 5)
        .weights("w", 5, 4)
        .weights("b", 2, 1, 4)
        .node("t = MatMul(x, w)")
        .node("y = Add(t, b)")
        .stays(RULE);
    MergeCase.of(3, 5)
        .weights("w", 5, 5)
        .node("t = MatMul(x, w)")
        .node("y = Add(t, x)")
        .stays(RULE);
  }
}
