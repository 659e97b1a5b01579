package dev.coppice.compiler.pass.integer;

import dev.coppice.compiler.testing.GraphAssert;
import org.junit.jupiter.api.Test;

final class IntegerLayerTest {
  @Test
  void convolutionAddsIntegers() {
    GraphAssert.rewrites(
        new IntegerLayer(),
        """
        graph g(x: f32[1,2,2]) -> (y) {
          q = Requantize(x, a: f32[] = 0.0625) {divide=true, low=-128, high=127}
          t = Mul(q, s: f32[] = 0.25)
          c = Conv(t, w: f32[2,2,1] = [0.5, 1, -1.5, 0.5], b: f32[2] = [0.25, -0.125]) {strides=[1], pads=[0,0], dilations=[1], group=1}
          r = Relu(c)
          y = Requantize(r, p: f32[] = 0.5) {divide=true, low=-128, high=127}
        }
        """,
        """
        graph g(x: f32[1,2,2]) -> (y) {
          q = Requantize(x, a: f32[] = 0.0625) {divide=true, low=-128, high=127}
          c = Conv(q, w: f32[2,2,1] = [1, 2, -3, 1], b: f32[2] = [2, -1]) {strides=[1], pads=[0,0], dilations=[1], group=1}
          y = Requantize(c, p: f32[] = 0.25) {divide=false, low=0, high=127}
        }
        """);
  }

  @Test
  void productWithScalesPerColumn() {
    GraphAssert.rewrites(
        new IntegerLayer(),
        """
        graph g(x: f32[3,2]) -> (y) {
          q = Requantize(x, a: f32[] = 0.0625) {divide=true, low=-128, high=127}
          t = Mul(q, s: f32[] = 0.25)
          c = MatMul(t, w: f32[2,2] = [0.5, 1.0009765625, -1.5, 3.0029296875])
          r = Clip(c) {min=-1.0, max=6.0}
          y = Requantize(r, p: f32[] = 0.5) {divide=true, low=-128, high=127}
        }
        """,
        """
        graph g(x: f32[3,2]) -> (y) {
          q = Requantize(x, a: f32[] = 0.0625) {divide=true, low=-128, high=127}
          c = MatMul(q, w: f32[2,2] = [1, 1, -3, 3], b: f32[2] = [0, 0])
          y = Requantize(c, p: f32[2] = [0.25, 0.50048828125]) {divide=false, low=-2, high=12}
        }
        """);
  }

  /** As Gemm is imported. */
  @Test
  void productWithBiasAddedAfterwards() {
    GraphAssert.rewrites(
        new IntegerLayer(),
        """
        graph g(x: f32[3,2]) -> (y) {
          q = Requantize(x, a: f32[] = 0.0625) {divide=true, low=-128, high=127}
          t = Mul(q, s: f32[] = 0.25)
          c = MatMul(t, w: f32[2,2] = [0.5, 1, -1.5, 3])
          d = Add(c, b: f32[2] = [0.25, -0.125])
          r = Relu(d)
          y = Requantize(r, p: f32[] = 0.5) {divide=true, low=-128, high=127}
        }
        """,
        """
        graph g(x: f32[3,2]) -> (y) {
          q = Requantize(x, a: f32[] = 0.0625) {divide=true, low=-128, high=127}
          c = MatMul(q, w: f32[2,2] = [1, 2, -3, 6], b: f32[2] = [2, -1])
          y = Requantize(c, p: f32[] = 0.25) {divide=false, low=0, high=127}
        }
        """);
  }

  /** A row of its own for each row of the product. */
  @Test
  void leavesSumsWithOtherConstants() {
    GraphAssert.leaves(
        new IntegerLayer(),
        """
        graph g(x: f32[2,2]) -> (y) {
          q = Requantize(x, a: f32[] = 0.0625) {divide=true, low=-128, high=127}
          t = Mul(q, s: f32[] = 0.25)
          c = MatMul(t, w: f32[2,2] = [0.5, 1, -1.5, 3])
          d = Add(c, b: f32[2,2] = [0.25, -0.125, 1, 2])
          y = Requantize(d, p: f32[] = 0.5) {divide=true, low=-128, high=127}
        }
        """);
  }

  /** Weights that are no multiples of a scale. */
  @Test
  void leavesRealWeights() {
    GraphAssert.leaves(
        new IntegerLayer(),
        """
        graph g(x: f32[1,3,4]) -> (y) {
          q = Requantize(x, a: f32[] = 0.0625) {divide=true, low=-128, high=127}
          t = Mul(q, s: f32[] = 0.25)
          c = Conv(t, w: f32[8,3,3]) {strides=[1], pads=[0,0], dilations=[1], group=1}
          y = Requantize(c, p: f32[] = 0.5) {divide=true, low=-128, high=127}
        }
        """);
  }

  /** A bias beyond what sums in float32 hold. */
  @Test
  void leavesLargeSums() {
    GraphAssert.leaves(
        new IntegerLayer(),
        """
        graph g(x: f32[1,1,2]) -> (y) {
          q = Requantize(x, a: f32[] = 0.0625) {divide=true, low=-128, high=127}
          t = Mul(q, s: f32[] = 0.25)
          c = Conv(t, w: f32[1,1,1] = [0.5], b: f32[1] = [4000000]) {strides=[1], pads=[0,0], dilations=[1], group=1}
          y = Requantize(c, p: f32[] = 0.5) {divide=true, low=-128, high=127}
        }
        """);
  }

  @Test
  void leavesOperandsThatAreNoLevels() {
    GraphAssert.leaves(
        new IntegerLayer(),
        """
        graph g(x: f32[1,1,2]) -> (y) {
          t = Mul(x, s: f32[] = 0.25)
          c = Conv(t, w: f32[1,1,1] = [0.5]) {strides=[1], pads=[0,0], dilations=[1], group=1}
          y = Requantize(c, p: f32[] = 0.5) {divide=true, low=-128, high=127}
        }
        """);
  }
}
