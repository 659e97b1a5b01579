package dev.coppice.compiler.pass.streamline;

import dev.coppice.compiler.pass.RewritePass;
import dev.coppice.compiler.testing.GraphAssert;
import org.junit.jupiter.api.Test;

final class MergeParallelConvsTest {
  @Test
  void smallKernelJoinsLargeOne() {
    GraphAssert.rewrites(
        new MergeParallelConvs(),
        """
        graph g(x: f32[1,1,4]) -> (y) {
          t = Conv(x, w: f32[1,1,3] = [1.0, 2.0, 3.0], b: f32[1] = [0.5]) {strides=[1], pads=[1,1], dilations=[1], group=1}
          u = Conv(x, v: f32[1,1,1] = [10.0], c: f32[1] = [0.25]) {strides=[1], pads=[0,0], dilations=[1], group=1}
          y = Add(u, t)
        }
        """,
        """
        graph g(x: f32[1,1,4]) -> (y) {
          y = Conv(x, w: f32[1,1,3] = [1.0, 12.0, 3.0], b: f32[1] = [0.75]) {strides=[1], pads=[1,1], dilations=[1], group=1}
        }
        """);
  }

  @Test
  void repVggBlock() {
    GraphAssert.rewrites(
        new RewritePass(
            "repvgg",
            new DecomposeBatchNorm(),
            new FuseAffineIntoProducer(),
            new FuseAffineIntoConsumer(),
            new MergeParallelConvs(),
            new FoldResidual()),
        """
        graph g(x: f32[1,4,6,7]) -> (y) {
          a = Conv(x, w: f32[4,2,3,3]) {strides=[1,1], pads=[1,1,1,1], dilations=[1,1], group=2}
          b = BatchNormalization(a, as: f32[4], ab: f32[4], am: f32[4], vara: f32[4]) {epsilon=1.0E-5, axis=1}
          c = Conv(x, v: f32[4,2,1,1]) {strides=[1,1], pads=[0,0,0,0], dilations=[1,1], group=2}
          d = BatchNormalization(c, cs: f32[4], cb: f32[4], cm: f32[4], varc: f32[4]) {epsilon=1.0E-5, axis=1}
          e = Add(b, d)
          f = Add(e, x)
          y = Relu(f)
        }
        """,
        """
        graph g(x: f32[1,4,6,7]) -> (y) {
          f = Conv(x, w: f32[4,2,3,3], b: f32[4]) {strides=[1,1], pads=[1,1,1,1], dilations=[1,1], group=2}
          y = Relu(f)
        }
        """);
  }

  @Test
  void rowAndColumnKernelsWithStrides() {
    GraphAssert.rewrites(
        new MergeParallelConvs(),
        """
        graph g(x: f32[1,2,7,9]) -> (y) {
          t = Conv(x, w: f32[3,2,3,3]) {strides=[2,3], pads=[1,1,1,1], dilations=[1,1], group=1}
          u = Conv(x, v: f32[3,2,1,3]) {strides=[2,3], pads=[0,1,0,1], dilations=[1,1], group=1}
          y = Add(t, u)
        }
        """,
        """
        graph g(x: f32[1,2,7,9]) -> (y) {
          y = Conv(x, w: f32[3,2,3,3]) {strides=[2,3], pads=[1,1,1,1], dilations=[1,1], group=1}
        }
        """);
  }

  /** Strides differ in effect: the results have one shape by chance only. */
  @Test
  void leavesOtherGeometries() {
    GraphAssert.leaves(
        new MergeParallelConvs(),
        """
        graph g(x: f32[1,1,4], z: f32[1,1,4]) -> (y, w2) {
          t = Conv(x, w: f32[1,1,3]) {strides=[2], pads=[1,0], dilations=[1], group=1}
          u = Conv(x, v: f32[1,1,3]) {strides=[1], pads=[0,0], dilations=[1], group=1}
          y = Add(t, u)
          p = Conv(x, w) {strides=[1], pads=[1,1], dilations=[1], group=1}
          q = Conv(z, w) {strides=[1], pads=[1,1], dilations=[1], group=1}
          w2 = Add(p, q)
        }
        """);
  }

  /** One reaches further to the left, the other to the right. */
  @Test
  void leavesKernelsThatDoNotHoldEachOther() {
    GraphAssert.leaves(
        new MergeParallelConvs(),
        """
        graph g(x: f32[1,1,6]) -> (y) {
          t = Conv(x, w: f32[1,1,3]) {strides=[1], pads=[2,0], dilations=[1], group=1}
          u = Conv(x, v: f32[1,1,3]) {strides=[1], pads=[0,2], dilations=[1], group=1}
          y = Add(t, u)
        }
        """);
  }
}
