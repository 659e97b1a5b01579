package dev.coppice.compiler.compress.merge;

import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import org.junit.jupiter.api.Test;

class FoldPadTest {
  private static final String RULE = "fold-pad";

  private static MergeCase padded(String x, float value, long... pads) {
    return MergeCase.of(2, 3, 7, 6)
        .weights("w", 4, 3, 3, 3)
        .constant("p", Tensor.ofLongs(Shape.of(8), pads))
        .constant("v", Tensor.scalar(value))
        .node("r = Relu(x)")
        .node("t = Pad(" + x + ", p, v)");
  }

  private static MergeCase padded(String x, float value) {
    return padded(x, value, 0, 0, 1, 2, 0, 0, 0, 1);
  }

  private static final int[] KERNEL = {3, 4};

  @Test
  void zerosGoIntoConvolutions() {
    padded("r", 0)
        .node("y = Conv(t, w)", "pads", new int[] {0, 1, 1, 0}, "strides", new int[] {2, 3})
        .becomes(RULE, "Relu", "Conv");
    padded("r", 0).node("y = Conv(t, w)", "auto_pad", "SAME_LOWER").becomes(RULE, "Relu", "Conv");
    padded("r", 1).node("y = Conv(t, w)").stays(RULE);
    padded("r", 0, 0, 0, 1, -1, 0, 0, 0, 0).node("y = Conv(t, w)").stays(RULE);
    padded("r", 0, 1, 0, 1, 0, 0, 0, 0, 0).node("y = Conv(t, w)").stays(RULE);
  }

  @Test
  void attributesOfOldPadsAreRead() {
    MergeCase.of(2, 3, 7, 6)
        .opset(9)
        .weights("w", 4, 3, 3, 3)
        .node("t = Pad(x)", "pads", new int[] {0, 0, 1, 2, 0, 0, 0, 1}, "value", 0f)
        .node("y = Conv(t, w)")
        .becomes(RULE, "Conv");
  }

  @Test
  void averagesMustCountPads() {
    padded("r", 0)
        .node("y = AveragePool(t)", "kernel_shape", KERNEL)
        .becomes(RULE, "Relu", "AveragePool");
    padded("r", 0)
        .node(
            "y = AveragePool(t)",
            "kernel_shape",
            KERNEL,
            "pads",
            new int[] {1, 1, 0, 1},
            "count_include_pad",
            1)
        .becomes(RULE, "Relu", "AveragePool");
    padded("r", 0)
        .node("y = AveragePool(t)", "kernel_shape", KERNEL, "pads", new int[] {1, 1, 0, 1})
        .stays(RULE);
  }

  @Test
  void maximaMustNotSeeZeros() {
    float least = Float.NEGATIVE_INFINITY;
    padded("x", least)
        .node("y = MaxPool(t)", "kernel_shape", KERNEL)
        .outputs("y", "r")
        .becomes(RULE, "Relu", "MaxPool");
    padded("r", 0)
        .node("y = MaxPool(t)", "kernel_shape", KERNEL, "strides", new int[] {2, 2})
        .becomes(RULE, "Relu", "MaxPool");
    padded("x", 0).node("y = MaxPool(t)", "kernel_shape", KERNEL).outputs("y", "r").stays(RULE);
    padded("r", 0).node("y = MaxPool(t)", "kernel_shape", new int[] {2, 2}).stays(RULE);
  }

  @Test
  void doesNotFireWhereOthersReadThePaddedValue() {
    padded("r", 0).node("y = Conv(t, w)").outputs("y", "t").stays(RULE);
  }
}
