package dev.coppice.compiler.pass.streamline;

import dev.coppice.compiler.testing.GraphAssert;
import org.junit.jupiter.api.Test;

final class MergeCommonSubexpressionsTest {
  @Test
  void computesEqualExpressionsOnce() {
    GraphAssert.rewrites(
        new MergeCommonSubexpressions(),
        """
        graph g(x: f32[2]) -> (y) {
          a = Relu(x)
          b = Relu(x)
          c = Exp(a)
          d = Exp(b)
          y = Add(c, d)
        }
        """,
        """
        graph g(x: f32[2]) -> (y) {
          a = Relu(x)
          c = Exp(a)
          y = Add(c, c)
        }
        """);
  }

  @Test
  void keepsEqualConstantsOnce() {
    GraphAssert.rewrites(
        new MergeCommonSubexpressions(),
        """
        graph g(x: f32[2]) -> (y) {
          a = Add(x, p: f32[] = 1.0)
          b = Add(x, q: f32[] = 1.0)
          y = Mul(a, b)
        }
        """,
        """
        graph g(x: f32[2]) -> (y) {
          a = Add(x, p: f32[] = 1.0)
          y = Mul(a, a)
        }
        """);
  }

  /** Equal operands, other attributes; equal elements, other shape. */
  @Test
  void leavesWhatDiffers() {
    GraphAssert.leaves(
        new MergeCommonSubexpressions(),
        """
        graph g(x: f32[2]) -> (y) {
          a = LeakyRelu(x) {alpha=0.1}
          b = LeakyRelu(x) {alpha=0.2}
          c = Add(a, p: f32[] = 1.0)
          d = Add(b, q: f32[1] = [1.0])
          y = Mul(c, d)
        }
        """);
  }
}
