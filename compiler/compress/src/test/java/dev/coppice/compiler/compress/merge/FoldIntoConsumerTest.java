package dev.coppice.compiler.compress.merge;

import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import org.junit.jupiter.api.Test;

class FoldIntoConsumerTest {
  private static final String RULE = "fold-into-next";
  private static final String WITH_PAD = "fold-into-next-with-pad";

  @Test
  void scaleAndShiftGoIntoWeightsAndBias() {
    for (int group : new int[] {1, 2}) {
      MergeCase.of(2, 4, 7, 5)
          .weights("w", 6, 4 / group, 3, 2)
          .norm("n", 4)
          .node("t = BatchNormalization(x, ng, nh, nm, nv)")
          .node("y = Conv(t, w)", "strides", new int[] {2, 3}, "group", group)
          .becomes(RULE, "Conv");
    }
    MergeCase.of(2, 4)
        .weights("w", 5, 4)
        .weights("b", 5)
        .norm("n", 4)
        .node("t = BatchNormalization(x, ng, nh, nm, nv)")
        .node("y = Gemm(t, w, b)", "transB", 1, "alpha", 2f)
        .becomes(RULE, "Gemm");
    MergeCase.of(2, 3, 4)
        .weights("w", 4, 5)
        .weights("s h", 4)
        .node("t = Mul(x, s)")
        .node("u = Add(t, h)")
        .node("y = MatMul(u, w)")
        .becomes(RULE, "MatMul", "Add");
  }

  @Test
  void rowsOfPicturesAreSeenThrough() {
    MergeCase.of(2, 3, 4, 5)
        .weights("w", 60, 4)
        .norm("n", 3)
        .node("t = BatchNormalization(x, ng, nh, nm, nv)")
        .node("f = Flatten(t)")
        .node("y = Gemm(f, w)")
        .becomes(RULE, "Flatten", "Gemm");
    MergeCase.of(2, 3, 4, 5)
        .weights("w", 15, 4)
        .norm("n", 3)
        .constant("s", Tensor.ofLongs(Shape.of(2), -1, 15))
        .node("t = BatchNormalization(x, ng, nh, nm, nv)")
        .node("f = Reshape(t, s)")
        .node("y = Gemm(f, w)")
        .stays(RULE);
  }

  @Test
  void aScaleGoesIntoPaddedConvolutionsAndAShiftDoesNot() {
    MergeCase.of(1, 3, 5, 5)
        .weights("w", 4, 3, 3, 3)
        .weights("s", 3, 1, 1)
        .node("t = Mul(x, s)")
        .node("y = Conv(t, w)", "auto_pad", "SAME_UPPER", "strides", new int[] {2, 2})
        .becomes(RULE, "Conv");
    MergeCase.of(1, 3, 5, 5)
        .weights("w", 4, 3, 3, 3)
        .weights("s", 3, 1, 1)
        .node("t = Add(x, s)")
        .node("y = Conv(t, w)", "pads", new int[] {0, 0, 0, 1})
        .stays(RULE);
    MergeCase.of(1, 3, 5, 5)
        .weights("w", 3, 4, 3, 3)
        .weights("s", 3, 1, 1)
        .node("t = Add(x, s)")
        .node("y = ConvTranspose(t, w)")
        .stays(RULE);
  }

  @Test
  void aPadCanStandForAShift() {
    for (String same : new String[] {"SAME_UPPER", "SAME_LOWER"}) {
      MergeCase.of(1, 3, 5, 6)
          .weights("w", 4, 3, 2, 3)
          .constant("m", Tensor.scalar(0.1307f))
          .constant("d", Tensor.scalar(0.3081f))
          .node("t = Sub(x, m)")
          .node("u = Div(t, d)")
          .node("y = Conv(u, w)", "auto_pad", same)
          .becomes(WITH_PAD, "Pad", "Conv");
    }
    MergeCase.of(1, 3, 5, 5)
        .weights("w", 4, 3, 3, 3)
        .weights("h", 3, 1, 1)
        .node("t = Add(x, h)")
        .node("y = Conv(t, w)", "pads", new int[] {1, 1, 1, 1})
        .stays(WITH_PAD);
  }

  @Test
  void doesNotFireWhereOthersReadTheValue() {
    MergeCase.of(1, 3, 5, 5)
        .weights("w", 3, 3, 1, 1)
        .weights("s", 3, 1, 1)
        .node("t = Mul(x, s)")
        .node("u = Conv(t, w)")
        .node("y = Add(t, u)")
        .stays(RULE);
  }
}
