package dev.coppice.compiler.pass.streamline;

import dev.coppice.compiler.testing.GraphAssert;
import org.junit.jupiter.api.Test;

final class TransposeToReshapeTest {
  @Test
  void movingAxesOfSizeOneIsAReshape() {
    GraphAssert.rewrites(
        new TransposeToReshape(),
        """
        graph g(x: f32[1,1,8,5]) -> (y) {
          y = Transpose(x) {perm=[0,2,3,1]}
        }
        """,
        """
        graph g(x: f32[1,1,8,5]) -> (y) {
          y = Reshape(x) {shape=[1,8,5,1]}
        }
        """);
  }

  /** Rows become columns. */
  @Test
  void leavesTranspositionThatMovesElements() {
    GraphAssert.leaves(
        new TransposeToReshape(),
        """
        graph g(x: f32[1,2,8,5]) -> (y) {
          y = Transpose(x) {perm=[0,2,3,1]}
        }
        """);
  }
}
