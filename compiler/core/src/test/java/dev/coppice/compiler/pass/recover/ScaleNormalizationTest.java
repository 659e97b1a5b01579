package dev.coppice.compiler.pass.recover;

import dev.coppice.compiler.testing.GraphAssert;
import org.junit.jupiter.api.Test;

final class ScaleNormalizationTest {
  @Test
  void factorAndTermBecomeScaleAndBias() {
    GraphAssert.rewrites(
        new ScaleNormalization(),
        """
        graph g(x: f32[2,4]) -> (y) {
          const s: f32[4] = [1.0, 2.0, 1.0, 2.0]
          const c: f32[1,4] = [2.0, 3.0, 4.0, 5.0]
          const b: f32[4] = [1.0, 0.0, 1.0, 0.0]
          n = LayerNormalization(x, s) {axis=1, epsilon=0.1}
          t = Mul(c, n)
          y = Add(t, b)
        }
        """,
        """
        graph g(x: f32[2,4]) -> (y) {
          const t.scale: f32[4] = [2.0, 6.0, 4.0, 10.0]
          const y.bias: f32[4] = [1.0, 0.0, 1.0, 0.0]
          y = LayerNormalization(x, t.scale, y.bias) {axis=1, epsilon=0.1}
        }
        """);
  }

  @Test
  void factorScalesTheBias() {
    GraphAssert.rewrites(
        new ScaleNormalization(),
        """
        graph g(x: f32[2,2]) -> (y) {
          const s: f32[2] = [1.0, 2.0]
          const b: f32[2] = [1.0, 3.0]
          const c: f32[] = 2.0
          n = LayerNormalization(x, s, b) {axis=1, epsilon=0.1}
          y = Mul(n, c)
        }
        """,
        """
        graph g(x: f32[2,2]) -> (y) {
          const y.scale: f32[2] = [2.0, 4.0]
          const y.bias: f32[2] = [2.0, 6.0]
          y = LayerNormalization(x, y.scale, y.bias) {axis=1, epsilon=0.1}
        }
        """);
  }

  /** A factor for each row. */
  @Test
  void leavesFactorsAlongOtherAxes() {
    GraphAssert.leaves(
        new ScaleNormalization(),
        """
        graph g(x: f32[2,2]) -> (y) {
          const s: f32[2] = [1.0, 2.0]
          const c: f32[2,1] = [2.0, 3.0]
          n = LayerNormalization(x, s) {axis=1, epsilon=0.1}
          y = Mul(n, c)
        }
        """);
  }

  /** Scaling by the root mean square takes no bias. */
  @Test
  void leavesTermsBehindRootMeanSquare() {
    GraphAssert.leaves(
        new ScaleNormalization(),
        """
        graph g(x: f32[2,2]) -> (y) {
          const s: f32[2] = [1.0, 2.0]
          const b: f32[2] = [2.0, 3.0]
          n = RmsNormalization(x, s) {axis=1, epsilon=0.1}
          y = Add(n, b)
        }
        """);
  }
}
