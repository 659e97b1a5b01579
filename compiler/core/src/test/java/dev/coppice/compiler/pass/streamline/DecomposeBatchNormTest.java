package dev.coppice.compiler.pass.streamline;

import dev.coppice.compiler.testing.GraphAssert;
import org.junit.jupiter.api.Test;

final class DecomposeBatchNormTest {
  @Test
  void becomesScaleAndShift() {
    GraphAssert.rewrites(
        new DecomposeBatchNorm(),
        """
        graph g(x: f32[1,2,3,5]) -> (y) {
          y = BatchNormalization(x, a: f32[2] = [3.0, 2.0], b: f32[2] = [1.0, 0.5], m: f32[2] = [2.0, -1.0], v: f32[2] = [3.0, 0.0]) {epsilon=1.0, axis=1}
        }
        """,
        """
        graph g(x: f32[1,2,3,5]) -> (y) {
          t = Mul(x, s: f32[2,1,1] = [1.5, 2.0])
          y = Add(t, h: f32[2,1,1] = [-2.0, 2.5])
        }
        """);
  }

  @Test
  void randomStatisticsOfMatrices() {
    GraphAssert.rewrites(
        new DecomposeBatchNorm(),
        """
        graph g(x: f32[4,7]) -> (y) {
          y = BatchNormalization(x, a: f32[7], b: f32[7], m: f32[7], var: f32[7]) {epsilon=1.0E-5, axis=1}
        }
        """,
        """
        graph g(x: f32[4,7]) -> (y) {
          t = Mul(x, s: f32[7])
          y = Add(t, h: f32[7])
        }
        """);
  }

  /** The mean is an input: there is no scale to compute in advance. */
  @Test
  void leavesComputedStatistics() {
    GraphAssert.leaves(
        new DecomposeBatchNorm(),
        """
        graph g(x: f32[4,7], m: f32[7]) -> (y) {
          y = BatchNormalization(x, a: f32[7], b: f32[7], m, var: f32[7]) {epsilon=1.0E-5, axis=1}
        }
        """);
  }
}
