package dev.coppice.compiler.pass.streamline;

import dev.coppice.compiler.testing.GraphAssert;
import org.junit.jupiter.api.Test;

final class MergeReshapesTest {
  @Test
  void reshapeOfReshape() {
    GraphAssert.rewrites(
        new MergeReshapes(),
        """
        graph g(x: f32[2,3]) -> (y, t) {
          t = Reshape(x) {shape=[6]}
          y = Reshape(t) {shape=[3,2]}
        }
        """,
        """
        graph g(x: f32[2,3]) -> (y, t) {
          y = Reshape(x) {shape=[3,2]}
          t = Reshape(x) {shape=[6]}
        }
        """);
  }

  /** The elements are reordered in between. */
  @Test
  void leavesReshapesAroundOthers() {
    GraphAssert.leaves(
        new MergeReshapes(),
        """
        graph g(x: f32[2,3]) -> (y) {
          t = Reshape(x) {shape=[3,2]}
          u = Transpose(t) {perm=[1,0]}
          y = Reshape(u) {shape=[6]}
        }
        """);
  }
}
