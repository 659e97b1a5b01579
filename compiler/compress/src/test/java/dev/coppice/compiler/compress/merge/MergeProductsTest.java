package dev.coppice.compiler.compress.merge;

import org.junit.jupiter.api.Test;

class MergeProductsTest {
  private static final String RULE = "merge-products";

  @Test
  void twoProductsBecomeOne() {
    for (int transposed = 0; transposed < 4; transposed++) {
      int a = transposed / 2;
      int b = transposed % 2;
      MergeCase.of(3, 4)
          .weights("w", a == 0 ? 4 : 9, a == 0 ? 9 : 4)
          .weights("v", b == 0 ? 9 : 5, b == 0 ? 5 : 9)
          .weights("c", 9)
          .weights("d", 5)
          .node("t = Gemm(x, w, c)", "transB", a, "alpha", 0.5f)
          .node("y = Gemm(t, v, d)", "transB", b, "beta", 3f)
          .becomes(RULE, "Gemm");
    }
    MergeCase.of(2, 3, 4)
        .weights("w", 4, 9)
        .weights("c", 9)
        .weights("v", 9, 5)
        .node("t = MatMul(x, w)")
        .node("u = Add(t, c)")
        .node("y = MatMul(u, v)")
        .becomes(RULE, "MatMul", "Add");
  }

  @Test
  void aPointwiseConvolutionOfOnePlaceGoesIntoTheProduct() {
    MergeCase.of(2, 4, 3, 3)
        .weights("w", 9, 4, 1, 1)
        .weights("c", 9)
        .weights("v", 9, 5)
        .node("g = GlobalAveragePool(x)")
        .node("t = Conv(g, w, c)")
        .node("f = Flatten(t)")
        .node("y = Gemm(f, v)")
        .becomes(RULE, "GlobalAveragePool", "Flatten", "Gemm");
    MergeCase.of(2, 4, 3, 3)
        .weights("w", 16, 2, 1, 1)
        .weights("v", 16, 5)
        .node("g = GlobalAveragePool(x)")
        .node("t = Conv(g, w)", "group", 2)
        .node("f = Flatten(t)")
        .node("y = Gemm(f, v)")
        .becomes(RULE, "GlobalAveragePool", "Flatten", "Gemm");
  }

  @Test
  void doesNotMultiplyMoreThanBefore() {
    MergeCase narrow =
        MergeCase.of(3, 8)
            .weights("w", 8, 2)
            .weights("v", 2, 8)
            .node("t = MatMul(x, w)")
            .node("y = MatMul(t, v)");
    narrow.stays(RULE);
    narrow.becomes(RULE, true, "MatMul");
    MergeCase.of(2, 4, 3, 3)
        .weights("w", 4, 4, 1, 1)
        .weights("v", 36, 5)
        .node("t = Conv(x, w)")
        .node("f = Flatten(t)")
        .node("y = Gemm(f, v)")
        .stays(RULE);
  }
}
