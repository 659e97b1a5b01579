package dev.coppice.compiler.pass.streamline;

import dev.coppice.compiler.testing.GraphAssert;
import org.junit.jupiter.api.Test;

final class MergeAffineChainTest {
  @Test
  void shiftsAddUpAndScalesMultiply() {
    GraphAssert.rewrites(
        new MergeAffineChain(),
        """
        graph g(x: f32[1,2,3,5]) -> (y) {
          a = Mul(x, p: f32[] = 2.0)
          b = Mul(a, q: f32[2,1,1] = [3.0, 4.0])
          c = Add(b, r: f32[2,1,1] = [1.0, 2.0])
          y = Add(c, s: f32[1,2,1,1] = [0.5, 0.25])
        }
        """,
        """
        graph g(x: f32[1,2,3,5]) -> (y) {
          b = Mul(x, q: f32[2,1,1] = [6.0, 8.0])
          y = Add(b, r: f32[1,2,1,1] = [1.5, 2.25])
        }
        """);
  }

  @Test
  void scaleMovesInFrontOfShift() {
    GraphAssert.rewrites(
        new MergeAffineChain(),
        """
        graph g(x: f32[3]) -> (y) {
          a = Add(x, h: f32[3] = [1.0, 2.0, 3.0])
          y = Mul(a, s: f32[] = 2.0)
        }
        """,
        """
        graph g(x: f32[3]) -> (y) {
          a = Mul(x, s: f32[] = 2.0)
          y = Add(a, h: f32[3] = [2.0, 4.0, 6.0])
        }
        """);
  }

  /** The merged constant would have 6 elements, the two have 5 together. */
  @Test
  void leavesConstantsThatWouldGrow() {
    GraphAssert.leaves(
        new MergeAffineChain(),
        """
        graph g(x: f32[2,3]) -> (y) {
          a = Add(x, h: f32[2,1])
          y = Add(a, k: f32[3])
        }
        """);
  }

  /** The first sum has another reader; in the second chain a constant broadcasts the operand. */
  @Test
  void leavesSharedAndBroadcastOperands() {
    GraphAssert.leaves(
        new MergeAffineChain(),
        """
        graph g(x: f32[3], z: f32[1]) -> (y, a, w) {
          a = Add(x, h: f32[])
          y = Add(a, k: f32[])
          b = Add(z, m: f32[3])
          w = Add(b, n: f32[3])
        }
        """);
  }
}
