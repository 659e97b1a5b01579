package dev.coppice.compiler.pass.streamline;

import dev.coppice.compiler.testing.GraphAssert;
import org.junit.jupiter.api.Test;

final class RemoveDeadCodeTest {
  @Test
  void dropsNodesAndConstantsWithoutReaders() {
    GraphAssert.rewrites(
        new RemoveDeadCode(),
        """
        graph g(x: f32[2], z: f32[]) -> (y) {
          const c: f32[] = 1.0
          t = Exp(x)
          u = Add(t, d: f32[] = 2.0)
          y = Relu(x)
        }
        """,
        """
        graph g(x: f32[2], z: f32[]) -> (y) {
          y = Relu(x)
        }
        """);
  }

  @Test
  void leavesNodeOfWhichOneResultIsRead() {
    GraphAssert.leaves(
        new RemoveDeadCode(),
        """
        graph g(x: f32[2]) -> (p) {
          p, q = Split(x) {axis=0, sizes=[1,1]}
        }
        """);
  }
}
