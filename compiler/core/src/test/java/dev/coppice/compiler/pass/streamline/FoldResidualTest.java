package dev.coppice.compiler.pass.streamline;

import dev.coppice.compiler.testing.GraphAssert;
import org.junit.jupiter.api.Test;

final class FoldResidualTest {
  @Test
  void identityJoinsTheWeights() {
    GraphAssert.rewrites(
        new FoldResidual(),
        """
        graph g(x: f32[1,4,5,6]) -> (y) {
          t = Conv(x, w: f32[4,2,3,3], b: f32[4]) {strides=[1,1], pads=[2,1,2,1], dilations=[2,1], group=2}
          y = Add(x, t)
        }
        """,
        """
        graph g(x: f32[1,4,5,6]) -> (y) {
          y = Conv(x, w: f32[4,2,3,3], b: f32[4]) {strides=[1,1], pads=[2,1,2,1], dilations=[2,1], group=2}
        }
        """);
  }

  @Test
  void tapThatReadsTheSamePlace() {
    GraphAssert.rewrites(
        new FoldResidual(),
        """
        graph g(x: f32[1,1,5]) -> (y) {
          t = Conv(x, w: f32[1,1,2] = [3.0, 5.0]) {strides=[1], pads=[0,1], dilations=[1], group=1}
          y = Add(t, x)
        }
        """,
        """
        graph g(x: f32[1,1,5]) -> (y) {
          y = Conv(x, w: f32[1,1,2] = [4.0, 5.0]) {strides=[1], pads=[0,1], dilations=[1], group=1}
        }
        """);
  }

  /** The bound stands between convolution and sum. */
  @Test
  void leavesNonlinearResiduals() {
    GraphAssert.leaves(
        new FoldResidual(),
        """
        graph g(x: f32[1,1,5]) -> (y) {
          t = Conv(x, w: f32[1,1,3]) {strides=[1], pads=[1,1], dilations=[1], group=1}
          u = Relu(t)
          y = Add(u, x)
        }
        """);
  }

  /** Taps at -1, 1, 3 with dilation 2: none at 0. */
  @Test
  void leavesWhereNoTapReadsTheSamePlace() {
    GraphAssert.leaves(
        new FoldResidual(),
        """
        graph g(x: f32[1,1,5]) -> (y) {
          t = Conv(x, w: f32[1,1,3]) {strides=[1], pads=[1,3], dilations=[2], group=1}
          y = Add(t, x)
        }
        """);
  }

  /** The convolution is needed without its input. */
  @Test
  void leavesSharedConvolution() {
    GraphAssert.leaves(
        new FoldResidual(),
        """
        graph g(x: f32[1,1,5]) -> (y, t) {
          t = Conv(x, w: f32[1,1,3]) {strides=[1], pads=[1,1], dilations=[1], group=1}
          y = Add(t, x)
        }
        """);
  }
}
