package dev.coppice.compiler.pass.integer;

import dev.coppice.compiler.testing.GraphAssert;
import org.junit.jupiter.api.Test;

final class StoreLaterTest {
  @Test
  void maximaOfLevels() {
    GraphAssert.rewrites(
        new StoreLater(),
        """
        graph g(x: f32[1,2,5]) -> (y) {
          t = Requantize(x, s: f32[] = 0.01) {divide=true, low=-100, high=100}
          q = QuantizeLinear(t, u: f32[] = 1, z: i8[] = 3) {axis=0}
          y = MaxPool(q) {kernel=[3], strides=[2], pads=[1,1], dilations=[1], outputShape=[3]}
        }
        """,
        """
        graph g(x: f32[1,2,5]) -> (y) {
          t = Requantize(x, s: f32[] = 0.01) {divide=true, low=-100, high=100}
          p = MaxPool(t) {kernel=[3], strides=[2], pads=[1,1], dilations=[1], outputShape=[3]}
          y = QuantizeLinear(p, u: f32[] = 1, z: i8[] = 3) {axis=0}
        }
        """);
  }

  @Test
  void leavesDifferentZeroPoints() {
    GraphAssert.leaves(
        new StoreLater(),
        """
        graph g(x: f32[1,2,5]) -> (y) {
          t = Requantize(x, s: f32[] = 0.01) {divide=true, low=-100, high=100}
          q = QuantizeLinear(t, u: f32[] = 1, z: i8[] = 3) {axis=0}
          r = QuantizeLinear(t, u2: f32[] = 1, z2: i8[] = 4) {axis=0}
          y = Concat(q, r) {axis=1}
        }
        """);
  }

  /** Whose maximum is the least integer, while that of floats is minus infinity. */
  @Test
  void leavesWindowsOverPadsOnly() {
    GraphAssert.leaves(
        new StoreLater(),
        """
        graph g(x: f32[1,2,5]) -> (y) {
          t = Requantize(x, s: f32[] = 0.01) {divide=true, low=-100, high=100}
          q = QuantizeLinear(t, u: f32[] = 1, z: i8[] = 3) {axis=0}
          y = MaxPool(q) {kernel=[2], strides=[2], pads=[2,1], dilations=[1], outputShape=[4]}
        }
        """);
  }
}
