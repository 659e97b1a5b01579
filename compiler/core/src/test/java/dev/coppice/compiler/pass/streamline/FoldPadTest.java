package dev.coppice.compiler.pass.streamline;

import dev.coppice.compiler.testing.GraphAssert;
import org.junit.jupiter.api.Test;

final class FoldPadTest {
  @Test
  void zerosFoldIntoConvolution() {
    GraphAssert.rewrites(
        new FoldPad(),
        """
        graph g(x: f32[1,2,5,6]) -> (y) {
          t = Pad(x) {mode=CONSTANT, pads=[0,0,1,0,0,0,2,3], value=0.0}
          y = Conv(t, w: f32[4,1,3,2], b: f32[4]) {strides=[2,1], pads=[0,1,1,0], dilations=[1,2], group=2}
        }
        """,
        """
        graph g(x: f32[1,2,5,6]) -> (y) {
          y = Conv(x, w: f32[4,1,3,2], b: f32[4]) {strides=[2,1], pads=[1,1,3,3], dilations=[1,2], group=2}
        }
        """);
  }

  @Test
  void zerosFoldIntoAverageWithoutPads() {
    GraphAssert.rewrites(
        new FoldPad(),
        """
        graph g(x: f32[1,2,5,5]) -> (y) {
          t = Pad(x) {mode=CONSTANT, pads=[0,0,1,0,0,0,0,1], value=0.0}
          y = AveragePool(t) {kernel=[3,2], strides=[1,2], pads=[0,0,0,0], dilations=[1,1], countIncludePad=false, outputShape=[4,3]}
        }
        """,
        """
        graph g(x: f32[1,2,5,5]) -> (y) {
          y = AveragePool(x) {kernel=[3,2], strides=[1,2], pads=[1,0,0,1], dilations=[1,1], countIncludePad=true, outputShape=[4,3]}
        }
        """);
  }

  @Test
  void infinityFoldsIntoMaximum() {
    GraphAssert.rewrites(
        new FoldPad(),
        """
        graph g(x: f32[1,2,5,5]) -> (y) {
          t = Pad(x) {mode=CONSTANT, pads=[0,0,1,1,0,0,0,1], value=-Infinity}
          y = MaxPool(t) {kernel=[3,3], strides=[2,2], pads=[0,0,1,0], dilations=[1,1], outputShape=[3,3]}
        }
        """,
        """
        graph g(x: f32[1,2,5,5]) -> (y) {
          y = MaxPool(x) {kernel=[3,3], strides=[2,2], pads=[1,1,1,1], dilations=[1,1], outputShape=[3,3]}
        }
        """);
  }

  @Test
  void zerosFoldIntoMaximumOfNonNegatives() {
    GraphAssert.rewrites(
        new FoldPad(),
        """
        graph g(x: f32[1,2,5]) -> (y) {
          r = Relu(x)
          t = Pad(r) {mode=CONSTANT, pads=[0,0,1,0,0,1], value=0.0}
          y = MaxPool(t) {kernel=[3], strides=[2], pads=[0,0], dilations=[1], outputShape=[3]}
        }
        """,
        """
        graph g(x: f32[1,2,5]) -> (y) {
          r = Relu(x)
          y = MaxPool(r) {kernel=[3], strides=[2], pads=[1,1], dilations=[1], outputShape=[3]}
        }
        """);
  }

  /** Zero is larger than a negative maximum at the border. */
  @Test
  void leavesZerosBeforeMaximumOfAnything() {
    GraphAssert.leaves(
        new FoldPad(),
        """
        graph g(x: f32[1,2,5]) -> (y) {
          t = Pad(x) {mode=CONSTANT, pads=[0,0,1,0,0,1], value=0.0}
          y = MaxPool(t) {kernel=[3], strides=[2], pads=[0,0], dilations=[1], outputShape=[3]}
        }
        """);
  }

  /**
   * The first window would have no element: its maximum is zero now and minus infinity without the
   * pads.
   */
  @Test
  void leavesWindowsOfPadsOnly() {
    GraphAssert.leaves(
        new FoldPad(),
        """
        graph g(x: f32[1,2,5]) -> (y) {
          r = Relu(x)
          t = Pad(r) {mode=CONSTANT, pads=[0,0,2,0,0,0], value=0.0}
          y = MaxPool(t) {kernel=[2], strides=[1], pads=[0,0], dilations=[1], outputShape=[6]}
        }
        """);
  }

  /** The zeros count, the pads of the average itself do not. */
  @Test
  void leavesAverageThatDoesNotCountItsPads() {
    GraphAssert.leaves(
        new FoldPad(),
        """
        graph g(x: f32[1,2,5]) -> (y) {
          t = Pad(x) {mode=CONSTANT, pads=[0,0,1,0,0,0], value=0.0}
          y = AveragePool(t) {kernel=[3], strides=[1], pads=[1,0], dilations=[1], countIncludePad=false, outputShape=[5]}
        }
        """);
  }

  /** A convolution pads with zeros, along spatial axes only. */
  @Test
  void leavesOtherValuesModesAndAxes() {
    GraphAssert.leaves(
        new FoldPad(),
        """
        graph g(x: f32[1,2,5]) -> (p, q, r, s) {
          a = Pad(x) {mode=CONSTANT, pads=[0,0,1,0,0,0], value=1.0}
          p = Conv(a, w: f32[1,2,3]) {strides=[1], pads=[0,0], dilations=[1], group=1}
          b = Pad(x) {mode=EDGE, pads=[0,0,1,0,0,0], value=0.0}
          q = Conv(b, w) {strides=[1], pads=[0,0], dilations=[1], group=1}
          c = Pad(x) {mode=CONSTANT, pads=[0,1,1,0,0,0], value=0.0}
          r = Conv(c, v: f32[1,3,3]) {strides=[1], pads=[0,0], dilations=[1], group=1}
          d = Pad(x) {mode=CONSTANT, pads=[0,0,-1,0,0,0], value=0.0}
          s = Conv(d, w) {strides=[1], pads=[0,0], dilations=[1], group=1}
        }
        """);
  }
}
