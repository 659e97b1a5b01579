package dev.coppice.compiler.pass.streamline;

import dev.coppice.compiler.testing.GraphAssert;
import org.junit.jupiter.api.Test;

final class StackParallelConvsTest {
  @Test
  void weightsAreStacked() {
    GraphAssert.rewrites(
        new StackParallelConvs(),
        """
        graph g(x: f32[1,2,5]) -> (y) {
          t = Conv(x, w: f32[1,2,3]) {strides=[1], pads=[1,1], dilations=[1], group=1}
          u = Conv(x, v: f32[2,2,3], b: f32[2] = [1.0, 2.0]) {strides=[1], pads=[1,1], dilations=[1], group=1}
          y = Concat(t, u) {axis=1}
        }
        """,
        """
        graph g(x: f32[1,2,5]) -> (y) {
          y = Conv(x, w: f32[3,2,3], b: f32[3] = [0.0, 1.0, 2.0]) {strides=[1], pads=[1,1], dilations=[1], group=1}
        }
        """);
  }

  /** Kernels differ; inputs differ; joined along the width. */
  @Test
  void leavesOtherGeometriesInputsAndAxes() {
    GraphAssert.leaves(
        new StackParallelConvs(),
        """
        graph g(x: f32[1,2,5], z: f32[1,2,5]) -> (p, q, r) {
          a = Conv(x, w: f32[1,2,3]) {strides=[1], pads=[1,1], dilations=[1], group=1}
          b = Conv(x, v: f32[1,2,1]) {strides=[1], pads=[0,0], dilations=[1], group=1}
          p = Concat(a, b) {axis=1}
          c = Conv(x, w) {strides=[1], pads=[1,1], dilations=[1], group=1}
          d = Conv(z, w) {strides=[1], pads=[1,1], dilations=[1], group=1}
          q = Concat(c, d) {axis=1}
          e = Conv(x, u: f32[1,2,3]) {strides=[1], pads=[1,1], dilations=[1], group=1}
          f = Conv(x, s: f32[1,2,3]) {strides=[1], pads=[1,1], dilations=[1], group=1}
          r = Concat(e, f) {axis=2}
        }
        """);
  }

  /** Groups of the stacked weights would read other channels; one result is an output. */
  @Test
  void leavesGroupsAndSharedResults() {
    GraphAssert.leaves(
        new StackParallelConvs(),
        """
        graph g(x: f32[1,2,5]) -> (p, q, c) {
          a = Conv(x, w: f32[2,1,3]) {strides=[1], pads=[1,1], dilations=[1], group=2}
          b = Conv(x, v: f32[2,1,3]) {strides=[1], pads=[1,1], dilations=[1], group=2}
          p = Concat(a, b) {axis=1}
          c = Conv(x, u: f32[1,2,3]) {strides=[1], pads=[1,1], dilations=[1], group=1}
          d = Conv(x, s: f32[1,2,3]) {strides=[1], pads=[1,1], dilations=[1], group=1}
          q = Concat(c, d) {axis=1}
        }
        """);
  }
}
