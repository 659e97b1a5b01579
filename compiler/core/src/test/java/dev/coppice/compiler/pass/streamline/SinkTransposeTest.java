package dev.coppice.compiler.pass.streamline;

import dev.coppice.compiler.testing.GraphAssert;
import org.junit.jupiter.api.Test;

final class SinkTransposeTest {
  @Test
  void movesBehindPointwiseOperators() {
    GraphAssert.rewrites(
        new SinkTranspose(),
        """
        graph g(x: f32[1,3,4,5], z: f32[1,3,4,5]) -> (y) {
          a = Transpose(x) {perm=[0,2,3,1]}
          b = Transpose(z) {perm=[0,2,3,1]}
          c = Mul(a, s: f32[3] = [1.0, 2.0, 3.0])
          d = Add(c, b)
          e = Relu(d)
          f = Add(e, k: f32[] = 1.0)
          y = Mul(f, q: f32[4,1,1])
        }
        """,
        """
        graph g(x: f32[1,3,4,5], z: f32[1,3,4,5]) -> (y) {
          c = Mul(x, s: f32[1,3,1,1] = [1.0, 2.0, 3.0])
          d = Add(c, z)
          e = Relu(d)
          f = Add(e, k: f32[] = 1.0)
          g = Mul(f, q: f32[1,1,4,1])
          y = Transpose(g) {perm=[0,2,3,1]}
        }
        """);
  }

  @Test
  void movesBehindConcatenation() {
    GraphAssert.rewrites(
        new SinkTranspose(),
        """
        graph g(x: f32[1,3,4], z: f32[1,2,4]) -> (y) {
          a = Transpose(x) {perm=[0,2,1]}
          b = Transpose(z) {perm=[0,2,1]}
          y = Concat(a, c: f32[1,4,6], b) {axis=2}
        }
        """,
        """
        graph g(x: f32[1,3,4], z: f32[1,2,4]) -> (y) {
          t = Concat(x, c: f32[1,6,4], z) {axis=1}
          y = Transpose(t) {perm=[0,2,1]}
        }
        """);
  }

  @Test
  void movesBehindReduction() {
    GraphAssert.rewrites(
        new SinkTranspose(),
        """
        graph g(x: f32[2,3,4,5]) -> (y, z) {
          a = Transpose(x) {perm=[3,0,2,1]}
          y = Reduce(a) {kind=MEAN, axes=[0,2], keepdims=false}
          b = Transpose(x) {perm=[3,0,2,1]}
          z = Reduce(b) {kind=MAX, axes=[1], keepdims=true}
        }
        """,
        """
        graph g(x: f32[2,3,4,5]) -> (y, z) {
          a = Reduce(x) {kind=MEAN, axes=[2,3], keepdims=false}
          y = Transpose(a) {perm=[0,1]}
          b = Reduce(x) {kind=MAX, axes=[0], keepdims=true}
          z = Transpose(b) {perm=[3,0,2,1]}
        }
        """);
  }

  /** One of both would still have to be transposed. */
  @Test
  void leavesOperandsTransposedDifferently() {
    GraphAssert.leaves(
        new SinkTranspose(),
        """
        graph g(x: f32[2,3], z: f32[2,3], u: f32[3,2]) -> (y) {
          a = Transpose(x) {perm=[1,0]}
          y = Add(a, u)
        }
        """);
  }

  /** The transposed value is an output. */
  @Test
  void leavesSharedTransposition() {
    GraphAssert.leaves(
        new SinkTranspose(),
        """
        graph g(x: f32[2,3]) -> (y, a) {
          a = Transpose(x) {perm=[1,0]}
          y = Relu(a)
        }
        """);
  }
}
