package dev.coppice.compiler.pass.streamline;

import dev.coppice.compiler.testing.GraphAssert;
import org.junit.jupiter.api.Test;

final class PoolBeforeReluTest {
  @Test
  void maximumComesFirst() {
    GraphAssert.rewrites(
        new PoolBeforeRelu(),
        """
        graph g(x: f32[1,2,5,6]) -> (y) {
          t = Relu(x)
          y = MaxPool(t) {kernel=[3,2], strides=[2,2], pads=[1,0,1,0], dilations=[1,1], outputShape=[3,3]}
        }
        """,
        """
        graph g(x: f32[1,2,5,6]) -> (y) {
          t = MaxPool(x) {kernel=[3,2], strides=[2,2], pads=[1,0,1,0], dilations=[1,1], outputShape=[3,3]}
          y = Relu(t)
        }
        """);
  }

  /** The bound is computed for another reader anyway. */
  @Test
  void leavesSharedRelu() {
    GraphAssert.leaves(
        new PoolBeforeRelu(),
        """
        graph g(x: f32[1,2,5]) -> (y, t) {
          t = Relu(x)
          y = MaxPool(t) {kernel=[3], strides=[2], pads=[1,1], dilations=[1], outputShape=[3]}
        }
        """);
  }

  /** The mean depends on the negative values. */
  @Test
  void leavesAverages() {
    GraphAssert.leaves(
        new PoolBeforeRelu(),
        """
        graph g(x: f32[1,2,5]) -> (y) {
          t = Relu(x)
          y = AveragePool(t) {kernel=[3], strides=[2], pads=[1,1], dilations=[1], countIncludePad=true, outputShape=[3]}
        }
        """);
  }
}
