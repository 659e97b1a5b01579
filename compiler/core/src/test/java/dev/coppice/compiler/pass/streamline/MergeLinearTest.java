package dev.coppice.compiler.pass.streamline;

import dev.coppice.compiler.testing.GraphAssert;
import org.junit.jupiter.api.Test;

final class MergeLinearTest {
  @Test
  void convolutionThenPointwiseConvolution() {
    GraphAssert.rewrites(
        new MergeLinear(),
        """
        graph g(x: f32[1,2,5,7]) -> (y) {
          t = Conv(x, w: f32[6,2,3,2], b: f32[6]) {strides=[2,1], pads=[1,0,2,1], dilations=[1,2], group=1}
          y = Conv(t, v: f32[2,6,1,1], c: f32[2]) {strides=[1,1], pads=[0,0,0,0], dilations=[1,1], group=1}
        }
        """,
        """
        graph g(x: f32[1,2,5,7]) -> (y) {
          y = Conv(x, w: f32[2,2,3,2], b: f32[2]) {strides=[2,1], pads=[1,0,2,1], dilations=[1,2], group=1}
        }
        """);
  }

  @Test
  void matrixProducts() {
    GraphAssert.rewrites(
        new MergeLinear(),
        """
        graph g(x: f32[2,5]) -> (y) {
          t = MatMul(x, w: f32[5,4], b: f32[4] = [1.0, 2.0, 3.0, 4.0])
          y = MatMul(t, v: f32[4,3])
        }
        """,
        """
        graph g(x: f32[2,5]) -> (y) {
          y = MatMul(x, w: f32[5,3], b: f32[3])
        }
        """);
  }

  /** 5 * 2 + 2 * 5 multiplications are fewer than 5 * 5. */
  @Test
  void leavesBottlenecks() {
    GraphAssert.leaves(
        new MergeLinear(),
        """
        graph g(x: f32[1,5]) -> (y) {
          t = MatMul(x, w: f32[5,2])
          y = MatMul(t, v: f32[2,5])
        }
        """);
  }

  /**
   * A bias would not reach the padded border; a stride drops places; groups see part of the
   * channels.
   */
  @Test
  void leavesStridesPadsAndGroups() {
    GraphAssert.leaves(
        new MergeLinear(),
        """
        graph g(x: f32[1,4,5]) -> (p, q, r) {
          a = Conv(x, w: f32[4,4,3], b: f32[4]) {strides=[1], pads=[1,1], dilations=[1], group=1}
          p = Conv(a, v: f32[2,4,1]) {strides=[1], pads=[1,1], dilations=[1], group=1}
          c = Conv(x, w, d: f32[4]) {strides=[1], pads=[1,1], dilations=[1], group=1}
          q = Conv(c, v) {strides=[2], pads=[0,0], dilations=[1], group=1}
          e = Conv(x, w, f: f32[4]) {strides=[1], pads=[1,1], dilations=[1], group=1}
          r = Conv(e, u: f32[2,2,1]) {strides=[1], pads=[0,0], dilations=[1], group=2}
        }
        """);
  }

  /** The first result is an output. */
  @Test
  void leavesSharedResult() {
    GraphAssert.leaves(
        new MergeLinear(),
        """
        graph g(x: f32[1,5]) -> (y, t) {
          t = MatMul(x, w: f32[5,5])
          y = MatMul(t, v: f32[5,5])
        }
        """);
  }
}
