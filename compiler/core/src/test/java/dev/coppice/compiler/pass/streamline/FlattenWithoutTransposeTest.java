package dev.coppice.compiler.pass.streamline;

import dev.coppice.compiler.testing.GraphAssert;
import org.junit.jupiter.api.Test;

final class FlattenWithoutTransposeTest {
  @Test
  void rowsTakeTheOrder() {
    GraphAssert.rewrites(
        new FlattenWithoutTranspose(),
        """
        graph g(x: f32[2,3,2,4]) -> (y) {
          t = Transpose(x) {perm=[0,2,3,1]}
          r = Reshape(t) {shape=[2,24]}
          y = MatMul(r, w: f32[24,5], b: f32[5])
        }
        """,
        """
        graph g(x: f32[2,3,2,4]) -> (y) {
          r = Reshape(x) {shape=[2,24]}
          y = MatMul(r, w: f32[24,5], b: f32[5])
        }
        """);
  }

  @Test
  void orderOfFewRows() {
    GraphAssert.rewrites(
        new FlattenWithoutTranspose(),
        """
        graph g(x: f32[1,2,2]) -> (y) {
          t = Transpose(x) {perm=[0,2,1]}
          r = Reshape(t) {shape=[1,4]}
          y = MatMul(r, w: f32[4,1] = [1.0, 2.0, 3.0, 4.0])
        }
        """,
        """
        graph g(x: f32[1,2,2]) -> (y) {
          r = Reshape(x) {shape=[1,4]}
          y = MatMul(r, w: f32[4,1] = [1.0, 3.0, 2.0, 4.0])
        }
        """);
  }

  /** Rows of the result would have to move. */
  @Test
  void leavesMovedBatch() {
    GraphAssert.leaves(
        new FlattenWithoutTranspose(),
        """
        graph g(x: f32[2,3,4]) -> (y) {
          t = Transpose(x) {perm=[1,0,2]}
          r = Reshape(t) {shape=[3,8]}
          y = MatMul(r, w: f32[8,5])
        }
        """);
  }

  /** The transposed value is an output. */
  @Test
  void leavesSharedTransposition() {
    GraphAssert.leaves(
        new FlattenWithoutTranspose(),
        """
        graph g(x: f32[1,2,2]) -> (y, t) {
          t = Transpose(x) {perm=[0,2,1]}
          r = Reshape(t) {shape=[1,4]}
          y = MatMul(r, w: f32[4,1])
        }
        """);
  }
}
