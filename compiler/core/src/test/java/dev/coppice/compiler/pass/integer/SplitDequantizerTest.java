package dev.coppice.compiler.pass.integer;

import dev.coppice.compiler.testing.GraphAssert;
import org.junit.jupiter.api.Test;

final class SplitDequantizerTest {
  @Test
  void scaleComesLast() {
    GraphAssert.rewrites(
        new SplitDequantizer(),
        """
        graph g(x: i8[2,3]) -> (y) {
          y = DequantizeLinear(x, s: f32[1] = [0.125], z: i8[1] = [3]) {axis=0}
        }
        """,
        """
        graph g(x: i8[2,3]) -> (y) {
          t = DequantizeLinear(x, u: f32[] = 1, z: i8[] = 3) {axis=0}
          y = Mul(t, s: f32[] = 0.125)
        }
        """);
  }

  /** A float does not hold every int32. */
  @Test
  void leavesWideIntegers() {
    GraphAssert.leaves(
        new SplitDequantizer(),
        """
        graph g(x: i32[2,3]) -> (y) {
          y = DequantizeLinear(x, s: f32[] = 0.125, z: i32[] = 0) {axis=0}
        }
        """);
  }
}
