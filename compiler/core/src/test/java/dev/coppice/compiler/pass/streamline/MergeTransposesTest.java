package dev.coppice.compiler.pass.streamline;

import dev.coppice.compiler.pass.RewritePass;
import dev.coppice.compiler.testing.GraphAssert;
import org.junit.jupiter.api.Test;

final class MergeTransposesTest {
  @Test
  void transpositionsCompose() {
    GraphAssert.rewrites(
        new MergeTransposes(),
        """
        graph g(x: f32[2,3,4]) -> (y) {
          t = Transpose(x) {perm=[1,2,0]}
          y = Transpose(t) {perm=[1,0,2]}
        }
        """,
        """
        graph g(x: f32[2,3,4]) -> (y) {
          y = Transpose(x) {perm=[2,1,0]}
        }
        """);
  }

  @Test
  void inversesCancel() {
    GraphAssert.rewrites(
        new RewritePass("cancel", new MergeTransposes(), new RemoveNoOps()),
        """
        graph g(x: f32[2,3,4]) -> (y) {
          t = Transpose(x) {perm=[1,2,0]}
          u = Transpose(t) {perm=[2,0,1]}
          y = Relu(u)
        }
        """,
        """
        graph g(x: f32[2,3,4]) -> (y) {
          y = Relu(x)
        }
        """);
  }

  /** There is nothing to merge with. */
  @Test
  void leavesLoneTransposition() {
    GraphAssert.leaves(
        new MergeTransposes(),
        """
        graph g(x: f32[2,3,4]) -> (y) {
          y = Transpose(x) {perm=[1,2,0]}
        }
        """);
  }
}
