package dev.coppice.compiler.pass.integer;

import dev.coppice.compiler.testing.GraphAssert;
import org.junit.jupiter.api.Test;

final class JoinQuantizersTest {
  @Test
  void storedLevelsArePassedOn() {
    GraphAssert.rewrites(
        new JoinQuantizers(),
        """
        graph g(x: f32[2,3]) -> (y) {
          t = Requantize(x, s: f32[] = 0.125) {divide=false, low=-100, high=155}
          q = QuantizeLinear(t, u: f32[] = 1, z: u8[] = 100) {axis=0}
          d = DequantizeLinear(q, u2: f32[] = 1, z2: u8[] = 100) {axis=0}
          y = Relu(d)
        }
        """,
        """
        graph g(x: f32[2,3]) -> (y) {
          t = Requantize(x, s: f32[] = 0.125) {divide=false, low=-100, high=155}
          y = Relu(t)
        }
        """);
  }

  /** The quantizer rounds. */
  @Test
  void leavesWhatMayBeNoLevel() {
    GraphAssert.leaves(
        new JoinQuantizers(),
        """
        graph g(x: f32[2,3]) -> (y) {
          q = QuantizeLinear(x, u: f32[] = 1, z: u8[] = 100) {axis=0}
          y = DequantizeLinear(q, u2: f32[] = 1, z2: u8[] = 100) {axis=0}
        }
        """);
  }

  /** The quantizer saturates. */
  @Test
  void leavesLevelsOutOfRange() {
    GraphAssert.leaves(
        new JoinQuantizers(),
        """
        graph g(x: f32[2,3]) -> (y) {
          t = Requantize(x, s: f32[] = 0.01) {divide=true, low=-128, high=127}
          q = QuantizeLinear(t, u: f32[] = 1, z: u8[] = 100) {axis=0}
          y = DequantizeLinear(q, u2: f32[] = 1, z2: u8[] = 100) {axis=0}
        }
        """);
  }

  @Test
  void leavesDifferentZeroPoints() {
    GraphAssert.leaves(
        new JoinQuantizers(),
        """
        graph g(x: f32[2,3]) -> (y) {
          t = Requantize(x, s: f32[] = 0.125) {divide=false, low=-100, high=155}
          q = QuantizeLinear(t, u: f32[] = 1, z: u8[] = 100) {axis=0}
          y = DequantizeLinear(q, u2: f32[] = 1, z2: u8[] = 101) {axis=0}
        }
        """);
  }
}
