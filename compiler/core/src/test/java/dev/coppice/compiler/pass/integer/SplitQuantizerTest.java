package dev.coppice.compiler.pass.integer;

import dev.coppice.compiler.testing.GraphAssert;
import org.junit.jupiter.api.Test;

final class SplitQuantizerTest {
  @Test
  void levelComesFirst() {
    GraphAssert.rewrites(
        new SplitQuantizer(),
        """
        graph g(x: f32[2,3]) -> (y) {
          y = QuantizeLinear(x, s: f32[] = 0.125, z: u8[] = 100) {axis=0}
        }
        """,
        """
        graph g(x: f32[2,3]) -> (y) {
          t = Requantize(x, s: f32[] = 0.125) {divide=true, low=-100, high=155}
          y = QuantizeLinear(t, u: f32[] = 1, z: u8[] = 100) {axis=0}
        }
        """);
  }

  /** There is a level per channel. */
  @Test
  void leavesScalesAlongAnAxis() {
    GraphAssert.leaves(
        new SplitQuantizer(),
        """
        graph g(x: f32[2,3]) -> (y) {
          y = QuantizeLinear(x, posScale: f32[3], z: u8[3]) {axis=1}
        }
        """);
  }

  @Test
  void leavesWhatHasLevels() {
    GraphAssert.leaves(
        new SplitQuantizer(),
        """
        graph g(x: f32[2,3]) -> (y) {
          t = Requantize(x, s: f32[] = 0.125) {divide=false, low=-128, high=127}
          y = QuantizeLinear(t, u: f32[] = 1, z: i8[] = 0) {axis=0}
        }
        """);
  }
}
