package dev.coppice.compiler.pass.streamline;

import dev.coppice.compiler.testing.GraphAssert;
import org.junit.jupiter.api.Test;

final class FuseAffineIntoConsumerTest {
  @Test
  void scaleMovesIntoPaddedConvolution() {
    GraphAssert.rewrites(
        new FuseAffineIntoConsumer(),
        """
        graph g(x: f32[1,4,5,7]) -> (y) {
          t = Mul(x, s: f32[4,1,1])
          y = Conv(t, w: f32[6,2,3,3], b: f32[6]) {strides=[2,1], pads=[1,0,2,1], dilations=[1,2], group=2}
        }
        """,
        """
        graph g(x: f32[1,4,5,7]) -> (y) {
          y = Conv(x, w: f32[6,2,3,3], b: f32[6]) {strides=[2,1], pads=[1,0,2,1], dilations=[1,2], group=2}
        }
        """);
  }

  @Test
  void shiftMovesIntoConvolutionWithoutPads() {
    GraphAssert.rewrites(
        new FuseAffineIntoConsumer(),
        """
        graph g(x: f32[1,2,3]) -> (y) {
          t = Add(x, h: f32[2,1] = [10.0, 100.0])
          y = Conv(t, w: f32[2,1,2] = [1.0, 2.0, 3.0, 4.0]) {strides=[1], pads=[0,0], dilations=[1], group=2}
        }
        """,
        """
        graph g(x: f32[1,2,3]) -> (y) {
          y = Conv(x, w: f32[2,1,2] = [1.0, 2.0, 3.0, 4.0], b: f32[2] = [30.0, 700.0]) {strides=[1], pads=[0,0], dilations=[1], group=2}
        }
        """);
  }

  @Test
  void shiftAndScaleMoveIntoMatrixProduct() {
    GraphAssert.rewrites(
        new FuseAffineIntoConsumer(),
        """
        graph g(x: f32[3,4]) -> (y) {
          t = Mul(x, s: f32[4])
          u = Add(t, h: f32[1,4])
          y = MatMul(u, w: f32[4,5], b: f32[5])
        }
        """,
        """
        graph g(x: f32[3,4]) -> (y) {
          y = MatMul(x, w: f32[4,5], b: f32[5])
        }
        """);
  }

  @Test
  void channelsMoveIntoMatrixProductBehindReshape() {
    GraphAssert.rewrites(
        new FuseAffineIntoConsumer(),
        """
        graph g(x: f32[2,3,2,2]) -> (y) {
          t = Mul(x, s: f32[3,1,1])
          u = Add(t, h: f32[3,1,1])
          r = Reshape(u) {shape=[2,12]}
          y = MatMul(r, w: f32[12,5])
        }
        """,
        """
        graph g(x: f32[2,3,2,2]) -> (y) {
          r = Reshape(x) {shape=[2,12]}
          y = MatMul(r, w: f32[12,5], b: f32[5])
        }
        """);
  }

  /** The border would see the shift where the padded convolution sees zero. */
  @Test
  void leavesShiftBeforePads() {
    GraphAssert.leaves(
        new FuseAffineIntoConsumer(),
        """
        graph g(x: f32[1,2,5]) -> (y) {
          t = Add(x, h: f32[2,1])
          y = Conv(t, w: f32[2,2,3]) {strides=[1], pads=[1,0], dilations=[1], group=1}
        }
        """);
  }

  /** A factor per row is no factor per input channel. */
  @Test
  void leavesRowsOfMatrixProduct() {
    GraphAssert.leaves(
        new FuseAffineIntoConsumer(),
        """
        graph g(x: f32[3,4]) -> (y) {
          t = Mul(x, s: f32[3,1])
          y = MatMul(t, w: f32[4,5])
        }
        """);
  }

  /** The scaled value is an output. */
  @Test
  void leavesSharedOperand() {
    GraphAssert.leaves(
        new FuseAffineIntoConsumer(),
        """
        graph g(x: f32[3,4]) -> (y, t) {
          t = Mul(x, s: f32[4])
          y = MatMul(t, w: f32[4,5])
        }
        """);
  }

  /** Weights that are an input cannot be scaled in advance. */
  @Test
  void leavesComputedWeights() {
    GraphAssert.leaves(
        new FuseAffineIntoConsumer(),
        """
        graph g(x: f32[3,4], w: f32[4,5]) -> (y) {
          t = Mul(x, s: f32[4])
          y = MatMul(t, w)
        }
        """);
  }
}
