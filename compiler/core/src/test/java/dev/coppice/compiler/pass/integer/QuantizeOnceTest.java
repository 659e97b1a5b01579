package dev.coppice.compiler.pass.integer;

import dev.coppice.compiler.testing.GraphAssert;
import org.junit.jupiter.api.Test;

final class QuantizeOnceTest {
  @Test
  void equalScales() {
    GraphAssert.rewrites(
        new QuantizeOnce(),
        """
        graph g(x: f32[2,3]) -> (y) {
          t = Requantize(x, s: f32[] = 0.01) {divide=true, low=-100, high=100}
          m = Mul(t, p: f32[] = 0.3)
          q = Requantize(m, p2: f32[] = 0.3) {divide=true, low=-128, high=127}
          y = Relu(q)
        }
        """,
        """
        graph g(x: f32[2,3]) -> (y) {
          t = Requantize(x, s: f32[] = 0.01) {divide=true, low=-100, high=100}
          y = Relu(t)
        }
        """);
  }

  @Test
  void leavesDifferentScales() {
    GraphAssert.leaves(
        new QuantizeOnce(),
        """
        graph g(x: f32[2,3]) -> (y) {
          t = Requantize(x, s: f32[] = 0.01) {divide=true, low=-100, high=100}
          m = Mul(t, p: f32[] = 0.3)
          y = Requantize(m, p2: f32[] = 0.31) {divide=true, low=-128, high=127}
        }
        """);
  }

  @Test
  void leavesNarrowerRanges() {
    GraphAssert.leaves(
        new QuantizeOnce(),
        """
        graph g(x: f32[2,3]) -> (y) {
          t = Requantize(x, s: f32[] = 0.01) {divide=true, low=-100, high=100}
          m = Mul(t, p: f32[] = 0.3)
          y = Requantize(m, p2: f32[] = 0.3) {divide=true, low=0, high=127}
        }
        """);
  }
}
