package dev.coppice.compiler.compress.merge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.compress.model.OnnxGraph;
import org.junit.jupiter.api.Test;

class FoldIntoProducerTest {
  private static final String BATCH_NORM = "fold-batch-norm";
  private static final String SCALE = "fold-scale";

  @Test
  void batchNormalisationGoesIntoConvolutionsOfAnyGeometry() {
    for (int stride = 1; stride <= 3; stride++) {
      for (int group : new int[] {1, 2}) {
        MergeCase.of(2, 4, 11, 9)
            .weights("w", 6, 4 / group, 3, 2)
            .weights("b", 6)
            .norm("n", 6)
            .node(
                "t = Conv(x, w, b)",
                "strides",
                new int[] {stride, 1},
                "pads",
                new int[] {1, 0, 2, 1},
                "dilations",
                new int[] {2, 1},
                "group",
                group)
            .node("y = BatchNormalization(t, ng, nh, nm, nv)", "epsilon", 1e-3f)
            .becomes(BATCH_NORM, "Conv");
      }
    }
  }

  @Test
  void batchNormalisationGoesIntoTransposedConvolutions() {
    for (int group : new int[] {1, 2}) {
      MergeCase.of(1, 4, 5, 7)
          .weights("w", 4, 6 / group, 3, 3)
          .norm("n", 6)
          .node("t = ConvTranspose(x, w)", "strides", new int[] {2, 3}, "group", group)
          .node("y = BatchNormalization(t, ng, nh, nm, nv)")
          .becomes(BATCH_NORM, "ConvTranspose");
    }
  }

  @Test
  void batchNormalisationGoesIntoProducts() {
    for (int transB = 0; transB < 2; transB++) {
      MergeCase.of(3, 5)
          .weights("w", transB == 0 ? 5 : 4, transB == 0 ? 4 : 5)
          .weights("b", 4)
          .norm("n", 4)
          .node("t = Gemm(x, w, b)", "transB", transB, "alpha", 0.5f, "beta", 2f)
          .node("y = BatchNormalization(t, ng, nh, nm, nv)")
          .becomes(BATCH_NORM, "Gemm");
    }
    MergeCase.of(3, 5)
        .weights("w", 5, 4)
        .weights("b", 4)
        .norm("n", 4)
        .node("t = MatMul(x, w)")
        .node("u = Add(t, b)")
        .node("y = BatchNormalization(u, ng, nh, nm, nv)")
        .becomes(BATCH_NORM, "MatMul", "Add");
  }

  @Test
  void scalesAndShiftsGoIntoWeights() {
    MergeCase.of(1, 3, 5, 5)
        .weights("w", 4, 3, 3, 3)
        .weights("s h", 4, 1, 1)
        .positive("d", 1, 4, 1, 1)
        .weights("c", 1)
        .node("t = Conv(x, w)")
        .node("u = Mul(s, t)")
        .node("v = Add(u, h)")
        .node("p = Div(v, d)")
        .node("q = Sub(h, p)")
        .node("y = Sub(q, c)")
        .becomes(SCALE, "Conv");
    MergeCase.of(2, 3, 5)
        .weights("w", 5, 4)
        .weights("s b", 4)
        .node("t = MatMul(x, w)")
        .node("u = Add(t, b)")
        .node("y = Mul(u, s)")
        .becomes(SCALE, "MatMul", "Add");
  }

  @Test
  void sharedWeightsAreCopied() {
    OnnxGraph after =
        MergeCase.of(1, 3, 5, 5)
            .weights("w", 3, 3, 3, 3)
            .norm("n", 3)
            .node("t = Conv(x, w)")
            .node("u = BatchNormalization(t, ng, nh, nm, nv)")
            .node("y = Conv(u, w)")
            .becomes(BATCH_NORM, "Conv", "Conv");
    assertEquals("w_1", after.nodes().get(0).getInput(1));
    assertEquals("w", after.nodes().get(1).getInput(1));
  }

  @Test
  void doesNotFireWhereTheResultIsNeeded() {
    MergeCase base =
        MergeCase.of(1, 3, 5, 5)
            .weights("w", 3, 3, 3, 3)
            .norm("n", 3)
            .node("t = Conv(x, w)")
            .node("y = BatchNormalization(t, ng, nh, nm, nv)");
    base.outputs("y", "t").stays(BATCH_NORM);
    MergeCase.of(1, 3, 5, 5)
        .weights("w", 3, 3, 3, 3)
        .norm("n", 3)
        .node("t = Conv(x, w)")
        .node("u = BatchNormalization(t, ng, nh, nm, nv)")
        .node("y = Add(t, u)")
        .stays(BATCH_NORM);
  }

  @Test
  void doesNotFireForOtherAxesOrOperands() {
    MergeCase conv = MergeCase.of(1, 3, 5, 4).weights("w", 4, 3, 2, 1).weights("s", 4);
    conv.node("t = Conv(x, w)").node("y = Mul(t, s)").stays(SCALE);
    MergeCase.of(1, 3, 5, 4)
        .weights("w", 3, 3, 1, 1)
        .node("t = Conv(x, w)")
        .node("y = Add(t, x)")
        .stays(SCALE);
    MergeCase.of(3, 5)
        .weights("w", 5, 4)
        .weights("b", 4)
        .node("t = MatMul(x, w)")
        .node("y = Add(t, b)")
        .stays(SCALE);
    MergeCase.of(1, 4)
        .weights("w", 4, 1)
        .weights("s", 3)
        .node("t = MatMul(x, w)")
        .node("y = Mul(t, s)")
        .stays(SCALE);
  }
}
