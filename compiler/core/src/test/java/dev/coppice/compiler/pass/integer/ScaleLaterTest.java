package dev.coppice.compiler.pass.integer;

import dev.coppice.compiler.testing.GraphAssert;
import org.junit.jupiter.api.Test;

final class ScaleLaterTest {
  @Test
  void maximaOfLevels() {
    GraphAssert.rewrites(
        new ScaleLater(),
        """
        graph g(x: f32[1,2,5]) -> (y) {
          q = Requantize(x, a: f32[] = 0.01) {divide=true, low=-100, high=100}
          t = Mul(q, s: f32[] = 0.01)
          y = MaxPool(t) {kernel=[3], strides=[2], pads=[1,1], dilations=[1], outputShape=[3]}
        }
        """,
        """
        graph g(x: f32[1,2,5]) -> (y) {
          q = Requantize(x, a: f32[] = 0.01) {divide=true, low=-100, high=100}
          p = MaxPool(q) {kernel=[3], strides=[2], pads=[1,1], dilations=[1], outputShape=[3]}
          y = Mul(p, s: f32[] = 0.01)
        }
        """);
  }

  @Test
  void zerosAround() {
    GraphAssert.rewrites(
        new ScaleLater(),
        """
        graph g(x: f32[1,2,5]) -> (y) {
          q = Requantize(x, a: f32[] = 0.01) {divide=true, low=-100, high=100}
          t = Mul(q, s: f32[] = 0.01)
          y = Pad(t) {mode=CONSTANT, pads=[0,1,0,0,0,2], value=0.0}
        }
        """,
        """
        graph g(x: f32[1,2,5]) -> (y) {
          q = Requantize(x, a: f32[] = 0.01) {divide=true, low=-100, high=100}
          p = Pad(q) {mode=CONSTANT, pads=[0,1,0,0,0,2], value=0.0}
          y = Mul(p, s: f32[] = 0.01)
        }
        """);
  }

  /** One is no level. */
  @Test
  void leavesOtherPads() {
    GraphAssert.leaves(
        new ScaleLater(),
        """
        graph g(x: f32[1,2,5]) -> (y) {
          q = Requantize(x, a: f32[] = 0.01) {divide=true, low=-100, high=100}
          t = Mul(q, s: f32[] = 0.01)
          y = Pad(t) {mode=CONSTANT, pads=[0,1,0,0,0,2], value=1.0}
        }
        """);
  }

  @Test
  void leavesDifferentScales() {
    GraphAssert.leaves(
        new ScaleLater(),
        """
        graph g(x: f32[1,2,5]) -> (y) {
          q = Requantize(x, a: f32[] = 0.01) {divide=true, low=-100, high=100}
          t = Mul(q, s: f32[] = 0.01)
          u = Mul(q, v: f32[] = 0.02)
          y = Concat(t, u) {axis=1}
        }
        """);
  }

  /** Their maximum is the least level. */
  @Test
  void leavesNegativeScales() {
    GraphAssert.leaves(
        new ScaleLater(),
        """
        graph g(x: f32[1,2,5]) -> (y) {
          q = Requantize(x, a: f32[] = 0.01) {divide=true, low=-100, high=100}
          t = Mul(q, s: f32[] = -0.01)
          y = MaxPool(t) {kernel=[3], strides=[2], pads=[1,1], dilations=[1], outputShape=[3]}
        }
        """);
  }
}
