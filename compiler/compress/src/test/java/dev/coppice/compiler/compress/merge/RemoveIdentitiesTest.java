package dev.coppice.compiler.compress.merge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import org.junit.jupiter.api.Test;

class RemoveIdentitiesTest {
  private static final String RULE = "remove-identities";

  private static MergeCase around(String call, Object... attributes) {
    return MergeCase.of(2, 4, 3, 5)
        .constant("zero", Tensor.scalar(0))
        .constant("one", Tensor.ofFloats(Shape.of(4, 1, 1), 1, 1, 1, 1))
        .constant("shape", Tensor.ofLongs(Shape.of(4), 2, 4, 3, 5))
        .constant("ones", Tensor.ofLongs(Shape.of(4), 1, 1, 1, 1))
        .constant("zeros", Tensor.ofLongs(Shape.of(4), 0, 0, 0, 0))
        .constant("pads", Tensor.ofLongs(Shape.of(8), new long[8]))
        .node("t = Neg(x)")
        .node(call, attributes)
        .node("y = Sqrt(u)");
  }

  @Test
  void dropsWhatReturnsItsOperand() {
    around("u = Identity(t)").becomes(RULE, "Neg", "Sqrt");
    around("u = Dropout(t)").becomes(RULE, "Neg", "Sqrt");
    around("u = Cast(t)", "to", 1).becomes(RULE, "Neg", "Sqrt");
    around("u = Add(zero, t)").becomes(RULE, "Neg", "Sqrt");
    around("u = Sub(t, zero)").becomes(RULE, "Neg", "Sqrt");
    around("u = Mul(t, one)").becomes(RULE, "Neg", "Sqrt");
    around("u = Div(t, one)").becomes(RULE, "Neg", "Sqrt");
    around("u = Reshape(t, shape)").becomes(RULE, "Neg", "Sqrt");
    around("u = Expand(t, shape)").becomes(RULE, "Neg", "Sqrt");
    around("u = Tile(t, ones)").becomes(RULE, "Neg", "Sqrt");
    around("u = Slice(t, zeros, shape)").becomes(RULE, "Neg", "Sqrt");
    around("u = Pad(t, pads)").becomes(RULE, "Neg", "Sqrt");
    around("u = Concat(t)", "axis", 1).becomes(RULE, "Neg", "Sqrt");
    around("u = Sum(t)").becomes(RULE, "Neg", "Sqrt");
    around("u = Transpose(t)", "perm", new int[] {0, 1, 2, 3}).becomes(RULE, "Neg", "Sqrt");
    around("u = AveragePool(t)", "kernel_shape", new int[] {1, 1}).becomes(RULE, "Neg", "Sqrt");
    around("u = Clip(t)").becomes(RULE, "Neg", "Sqrt");
  }

  @Test
  void dropsBoundsThatNothingPasses() {
    for (String first : new String[] {"Relu", "Sigmoid", "Abs", "Exp", "Softmax"}) {
      MergeCase.of(2, 4, 3, 3)
          .node("t = " + first + "(x)")
          .node("p = MaxPool(t)", "kernel_shape", new int[] {2, 2})
          .node("y = Relu(p)")
          .becomes(RULE, first, "MaxPool");
    }
    MergeCase.of(2, 4).node("t = Relu(x)").node("u = Neg(t)").node("y = Relu(u)").stays(RULE);
  }

  @Test
  void keepsWhatDoesSomething() {
    around("u = Add(t, one)").stays(RULE);
    around("u = Sub(zero, t)").stays(RULE);
    around("u = Cast(t)", "to", 11).stays(RULE);
    around("u = AveragePool(t)", "kernel_shape", new int[] {2, 2}).stays(RULE);
    around("u = Transpose(t)", "perm", new int[] {0, 1, 3, 2}).stays(RULE);
    MergeCase.of(1, 1, 1)
        .constant("zero", Tensor.ofFloats(Shape.of(2), 0, 0))
        .node("y = Add(x, zero)")
        .stays(RULE);
  }

  @Test
  void outputsKeepTheirNames() {
    OnnxGraph after =
        MergeCase.of(2, 3)
            .node("t = Neg(x)")
            .node("y = Identity(t)")
            .node("z = Abs(t)")
            .outputs("y", "z")
            .becomes(RULE, "Neg", "Abs");
    assertEquals("y", after.nodes().get(0).getOutput(0));
    MergeCase.of(2, 3).node("y = Identity(x)").stays(RULE);
    MergeCase.of(2, 3).node("t = Neg(x)").node("y = Identity(t)").outputs("t", "y").stays(RULE);
  }
}
