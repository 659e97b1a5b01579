package dev.coppice.compiler.pass.streamline;

import dev.coppice.compiler.testing.GraphAssert;
import org.junit.jupiter.api.Test;

final class RemoveRedundantReluTest {
  @Test
  void dropsReluOfNonNegatives() {
    GraphAssert.rewrites(
        new RemoveRedundantRelu(),
        """
        graph g(x: f32[1,2,4]) -> (y, z) {
          a = Sigmoid(x)
          b = Relu(a)
          c = Exp(x)
          d = Concat(b, c) {axis=1}
          e = MaxPool(d) {kernel=[2], strides=[2], pads=[0,0], dilations=[1], outputShape=[2]}
          y = Relu(e)
          f = Mul(e, k: f32[] = 2.0)
          z = Clip(f) {min=0.0, max=6.0}
        }
        """,
        """
        graph g(x: f32[1,2,4]) -> (y = e, z) {
          a = Sigmoid(x)
          c = Exp(x)
          d = Concat(a, c) {axis=1}
          e = MaxPool(d) {kernel=[2], strides=[2], pads=[0,0], dilations=[1], outputShape=[2]}
          f = Mul(e, k: f32[] = 2.0)
          z = Clip(f) {min=-Infinity, max=6.0}
        }
        """);
  }

  /** A negative factor, an unknown operand, a positive lower bound. */
  @Test
  void leavesWhatMayBeNegative() {
    GraphAssert.leaves(
        new RemoveRedundantRelu(),
        """
        graph g(x: f32[4]) -> (y, z, w) {
          a = Sigmoid(x)
          b = Mul(a, k: f32[] = -2.0)
          y = Relu(b)
          c = Add(a, x)
          z = Relu(c)
          w = Clip(a) {min=0.5, max=6.0}
        }
        """);
  }
}
