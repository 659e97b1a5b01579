package dev.coppice.compiler.pass.streamline;

import dev.coppice.compiler.testing.GraphAssert;
import org.junit.jupiter.api.Test;

final class FoldConstantsTest {
  @Test
  void evaluatesNodesOfConstants() {
    GraphAssert.rewrites(
        new FoldConstants(),
        """
        graph g(x: f32[2]) -> (y, z) {
          t = Add(a: f32[] = 1.0, b: f32[] = 2.0)
          z = Mul(t, t)
          y = Mul(x, z)
        }
        """,
        """
        graph g(x: f32[2]) -> (y, z = c) {
          y = Mul(x, c: f32[] = 9.0)
        }
        """);
  }

  @Test
  void evaluatesEveryResult() {
    GraphAssert.rewrites(
        new FoldConstants(),
        """
        graph g(x: f32[1]) -> (y) {
          p, q = Split(a: f32[2] = [1.0, 2.0]) {axis=0, sizes=[1,1]}
          t = Add(x, p)
          y = Mul(t, q)
        }
        """,
        """
        graph g(x: f32[1]) -> (y) {
          t = Add(x, p: f32[1] = [1.0])
          y = Mul(t, q: f32[1] = [2.0])
        }
        """);
  }

  /** Weights would grow from 4 bytes to 4 MB. */
  @Test
  void leavesWhatWouldGrow() {
    GraphAssert.leaves(
        new FoldConstants(),
        """
        graph g(x: f32[1]) -> (y) {
          t = Tile(a: f32[2] = [1.0, 2.0]) {repeats=[500000]}
          y = Add(x, t)
        }
        """);
  }

  @Test
  void leavesWhatDependsOnInputs() {
    GraphAssert.leaves(
        new FoldConstants(),
        """
        graph g(x: f32[1]) -> (y) {
          y = Add(x, a: f32[] = 1.0)
        }
        """);
  }
}
