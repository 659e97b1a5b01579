package dev.coppice.compiler.pass.streamline;

import dev.coppice.compiler.testing.GraphAssert;
import org.junit.jupiter.api.Test;

final class MergeClipsTest {
  @Test
  void boundsIntersect() {
    GraphAssert.rewrites(
        new MergeClips(),
        """
        graph g(x: f32[2,3]) -> (y) {
          a = Clip(x) {min=-1.0, max=0.5}
          b = Relu(a)
          y = Clip(b) {min=-2.0, max=0.75}
        }
        """,
        """
        graph g(x: f32[2,3]) -> (y) {
          y = Clip(x) {min=0.0, max=0.5}
        }
        """);
  }

  @Test
  void repeatedReluStaysRelu() {
    GraphAssert.rewrites(
        new MergeClips(),
        """
        graph g(x: f32[2,3]) -> (y) {
          a = Relu(x)
          b = Relu(a)
          y = Clip(b) {min=-1.0, max=Infinity}
        }
        """,
        """
        graph g(x: f32[2,3]) -> (y) {
          y = Relu(x)
        }
        """);
  }

  /** Everything becomes 2, which no pair of bounds around x says. */
  @Test
  void leavesDisjointBounds() {
    GraphAssert.leaves(
        new MergeClips(),
        """
        graph g(x: f32[2,3]) -> (y) {
          a = Clip(x) {min=0.0, max=1.0}
          y = Clip(a) {min=2.0, max=3.0}
        }
        """);
  }

  /** The inner bounds are computed anyway. */
  @Test
  void leavesSharedInnerBounds() {
    GraphAssert.leaves(
        new MergeClips(),
        """
        graph g(x: f32[2,3]) -> (y, a) {
          a = Clip(x) {min=0.0, max=1.0}
          y = Clip(a) {min=0.5, max=3.0}
        }
        """);
  }
}
