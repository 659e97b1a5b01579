package dev.coppice.compiler.pass.streamline;

import dev.coppice.compiler.testing.GraphAssert;
import org.junit.jupiter.api.Test;

final class MergeTransposesAcrossReshapeTest {
  /** A picture from channels, as in networks that enlarge. */
  @Test
  void splitsAnAxisBeforeTransposing() {
    GraphAssert.rewrites(
        new MergeTransposesAcrossReshape(),
        """
        graph g(x: f32[1,4,5,9]) -> (y) {
          a = Transpose(x) {perm=[0,3,1,2]}
          b = Reshape(a) {shape=[1,1,3,3,4,5]}
          c = Transpose(b) {perm=[0,1,4,2,5,3]}
          y = Reshape(c) {shape=[1,1,12,15]}
        }
        """,
        """
        graph g(x: f32[1,4,5,9]) -> (y) {
          a = Reshape(x) {shape=[1,4,5,1,3,3]}
          b = Transpose(a) {perm=[0,3,1,4,2,5]}
          y = Reshape(b) {shape=[1,1,12,15]}
        }
        """);
  }

  /** Shuffled channels: the first pair merges before the reshape, the second behind it. */
  @Test
  void joinsAxesBehindTransposing() {
    GraphAssert.rewrites(
        new MergeTransposesAcrossReshape(),
        """
        graph g(x: f32[2,4,5,6]) -> (y) {
          a = Transpose(x) {perm=[0,3,1,2]}
          b = Reshape(a) {shape=[2,2,3,4,5]}
          c = Transpose(b) {perm=[0,2,1,3,4]}
          d = Reshape(c) {shape=[2,6,4,5]}
          y = Transpose(d) {perm=[0,2,3,1]}
        }
        """,
        """
        graph g(x: f32[2,4,5,6]) -> (y) {
          a = Reshape(x) {shape=[2,4,5,2,3]}
          b = Transpose(a) {perm=[0,1,2,4,3]}
          y = Reshape(b) {shape=[2,4,5,6]}
        }
        """);
  }

  @Test
  void axesOfOneElementMayComeAndGo() {
    GraphAssert.rewrites(
        new MergeTransposesAcrossReshape(),
        """
        graph g(x: f32[3,4,1]) -> (y) {
          a = Transpose(x) {perm=[1,0,2]}
          b = Reshape(a) {shape=[4,3,1,1]}
          y = Transpose(b) {perm=[1,0,3,2]}
        }
        """,
        """
        graph g(x: f32[3,4,1]) -> (y) {
          a = Reshape(x) {shape=[3,4,1,1]}
          y = Transpose(a) {perm=[0,1,3,2]}
        }
        """);
  }

  /** Axes that are apart before the first and behind the second transposition are joined. */
  @Test
  void leavesAxesThatAreApart() {
    GraphAssert.leaves(
        new MergeTransposesAcrossReshape(),
        """
        graph g(x: f32[2,3,4]) -> (y) {
          a = Transpose(x) {perm=[1,0,2]}
          b = Reshape(a) {shape=[2,3,4]}
          y = Transpose(b) {perm=[1,0,2]}
        }
        """);
  }
}
