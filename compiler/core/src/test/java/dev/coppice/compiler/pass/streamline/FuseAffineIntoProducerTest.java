package dev.coppice.compiler.pass.streamline;

import dev.coppice.compiler.pass.RewritePass;
import dev.coppice.compiler.testing.GraphAssert;
import org.junit.jupiter.api.Test;

final class FuseAffineIntoProducerTest {
  @Test
  void scaleAndShiftMoveIntoConvolution() {
    GraphAssert.rewrites(
        new FuseAffineIntoProducer(),
        """
        graph g(x: f32[1,1,3,3]) -> (y) {
          t = Conv(x, w: f32[2,1,1,1] = [1.0, 2.0], b: f32[2] = [1.0, -1.0]) {strides=[1,1], pads=[0,0,0,0], dilations=[1,1], group=1}
          u = Mul(t, s: f32[2,1,1] = [3.0, 0.5])
          y = Add(u, h: f32[1,2,1,1] = [0.25, 0.75])
        }
        """,
        """
        graph g(x: f32[1,1,3,3]) -> (y) {
          y = Conv(x, w: f32[2,1,1,1] = [3.0, 1.0], b: f32[2] = [3.25, 0.25]) {strides=[1,1], pads=[0,0,0,0], dilations=[1,1], group=1}
        }
        """);
  }

  @Test
  void batchNormBehindGroupedConvolutionWithOddPads() {
    GraphAssert.rewrites(
        new RewritePass("fuse", new DecomposeBatchNorm(), new FuseAffineIntoProducer()),
        """
        graph g(x: f32[2,4,7,9]) -> (y) {
          t = Conv(x, w: f32[6,2,3,2]) {strides=[2,3], pads=[1,0,2,1], dilations=[1,2], group=2}
          y = BatchNormalization(t, a: f32[6], b: f32[6], m: f32[6], var: f32[6]) {epsilon=1.0E-3, axis=1}
        }
        """,
        """
        graph g(x: f32[2,4,7,9]) -> (y) {
          y = Conv(x, w: f32[6,2,3,2], b: f32[6]) {strides=[2,3], pads=[1,0,2,1], dilations=[1,2], group=2}
        }
        """);
  }

  @Test
  void biasOfMatrixProduct() {
    GraphAssert.rewrites(
        new FuseAffineIntoProducer(),
        """
        graph g(x: f32[2,3,4]) -> (y) {
          t = MatMul(x, w: f32[4,5])
          u = Add(t, b: f32[1,1,5])
          y = Mul(u, s: f32[5])
        }
        """,
        """
        graph g(x: f32[2,3,4]) -> (y) {
          y = MatMul(x, w: f32[4,5], b: f32[5])
        }
        """);
  }

  @Test
  void shiftNeedsNoConstantWeights() {
    GraphAssert.rewrites(
        new FuseAffineIntoProducer(),
        """
        graph g(x: f32[1,1,5], w: f32[2,1,3]) -> (y) {
          t = Conv(x, w) {strides=[1], pads=[1,1], dilations=[1], group=1}
          y = Add(t, h: f32[2,1] = [1.0, 2.0])
        }
        """,
        """
        graph g(x: f32[1,1,5], w: f32[2,1,3]) -> (y) {
          y = Conv(x, w, b: f32[2] = [1.0, 2.0]) {strides=[1], pads=[1,1], dilations=[1], group=1}
        }
        """);
  }

  /** A scale changes the weights, which are an input here. */
  @Test
  void leavesScaleOfComputedWeights() {
    GraphAssert.leaves(
        new FuseAffineIntoProducer(),
        """
        graph g(x: f32[1,1,5], w: f32[2,1,3]) -> (y) {
          t = Conv(x, w) {strides=[1], pads=[1,1], dilations=[1], group=1}
          y = Mul(t, h: f32[2,1] = [1.0, 2.0])
        }
        """);
  }

  /** Along the width there is no bias. */
  @Test
  void leavesConstantsAlongOtherAxes() {
    GraphAssert.leaves(
        new FuseAffineIntoProducer(),
        """
        graph g(x: f32[1,1,5]) -> (y) {
          t = Conv(x, w: f32[5,1,3]) {strides=[1], pads=[1,1], dilations=[1], group=1}
          y = Add(t, h: f32[5])
        }
        """);
  }

  /** The unscaled result is an output. */
  @Test
  void leavesResultWithOtherReaders() {
    GraphAssert.leaves(
        new FuseAffineIntoProducer(),
        """
        graph g(x: f32[1,3]) -> (y, t) {
          t = MatMul(x, w: f32[3,2])
          y = Add(t, b: f32[2])
        }
        """);
  }
}
