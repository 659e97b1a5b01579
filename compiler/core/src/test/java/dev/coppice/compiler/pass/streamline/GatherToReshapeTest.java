package dev.coppice.compiler.pass.streamline;

import dev.coppice.compiler.testing.GraphAssert;
import org.junit.jupiter.api.Test;

final class GatherToReshapeTest {
  @Test
  void onlyElementOfAnAxis() {
    GraphAssert.rewrites(
        new GatherToReshape(),
        """
        graph g(x: f32[2,1,3]) -> (y) {
          const i: i64[] = 0
          y = Gather(x, i) {axis=1}
        }
        """,
        """
        graph g(x: f32[2,1,3]) -> (y) {
          y = Reshape(x) {shape=[2,3]}
        }
        """);
  }

  @Test
  void leavesOneOfSeveral() {
    GraphAssert.leaves(
        new GatherToReshape(),
        """
        graph g(x: f32[2,3]) -> (y) {
          const i: i64[] = 0
          y = Gather(x, i) {axis=0}
        }
        """);
  }

  /** The index may be outside of the axis. */
  @Test
  void leavesRunTimeIndices() {
    GraphAssert.leaves(
        new GatherToReshape(),
        """
        graph g(x: f32[1,3], s: f32[]) -> (y) {
          i = Cast(s) {to=i64}
          y = Gather(x, i) {axis=0}
        }
        """);
  }
}
