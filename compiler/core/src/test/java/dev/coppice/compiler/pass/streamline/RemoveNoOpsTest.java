package dev.coppice.compiler.pass.streamline;

import dev.coppice.compiler.testing.GraphAssert;
import org.junit.jupiter.api.Test;

final class RemoveNoOpsTest {
  @Test
  void dropsMovementThatMovesNothing() {
    GraphAssert.rewrites(
        new RemoveNoOps(),
        """
        graph g(x: f32[1,2,3]) -> (y) {
          a = Identity(x)
          b = Reshape(a) {shape=[1,2,3]}
          c = Slice(b) {starts=[0,0,0], steps=[2,1,1], shape=[1,2,3]}
          d = Pad(c) {mode=CONSTANT, pads=[0,0,0,0,0,0], value=1.0}
          e = Concat(d) {axis=1}
          f = Transpose(e) {perm=[0,1,2]}
          h = Expand(f) {shape=[1,2,3]}
          i = Tile(h) {repeats=[1,1,1]}
          j = Split(i) {axis=0, sizes=[1]}
          k = Cast(j) {to=f32}
          y = Relu(k)
        }
        """,
        """
        graph g(x: f32[1,2,3]) -> (y) {
          y = Relu(x)
        }
        """);
  }

  /** The node stays for its empty part; rewriting must still come to an end. */
  @Test
  void dropsTheWholePartOfASplit() {
    GraphAssert.rewrites(
        new RemoveNoOps(),
        """
        graph g(x: f32[2]) -> (y, e) {
          a, e = Split(x) {axis=0, sizes=[2,0]}
          y = Relu(a)
        }
        """,
        """
        graph g(x: f32[2]) -> (y, e) {
          a, e = Split(x) {axis=0, sizes=[2,0]}
          y = Relu(x)
        }
        """);
  }

  @Test
  void dropsNeutralElements() {
    GraphAssert.rewrites(
        new RemoveNoOps(),
        """
        graph g(x: f32[1,2,3], i: i32[2]) -> (y, j) {
          a = Add(x, z: f32[] = 0.0)
          b = Mul(a, o: f32[2,1] = 1.0)
          c = Sub(b, p: f32[3] = 0.0)
          d = Div(c, q: f32[1] = [1.0])
          e = Clip(d) {min=-Infinity, max=Infinity}
          y = Relu(e)
          k = Mul(i, m: i32[] = 1)
          j = Add(k, i)
        }
        """,
        """
        graph g(x: f32[1,2,3], i: i32[2]) -> (y, j) {
          y = Relu(x)
          j = Add(i, i)
        }
        """);
  }

  @Test
  void dropsWindowsAndReductionsOfOneElement() {
    GraphAssert.rewrites(
        new RemoveNoOps(),
        """
        graph g(x: f32[1,2,3]) -> (y) {
          a = AveragePool(x) {kernel=[1], strides=[1], pads=[0,0], dilations=[1], countIncludePad=true, outputShape=[3]}
          b = MaxPool(a) {kernel=[1], strides=[1], pads=[0,0], dilations=[1], outputShape=[3]}
          c = Reduce(b) {kind=MEAN, axes=[0], keepdims=true}
          y = Relu(c)
        }
        """,
        """
        graph g(x: f32[1,2,3]) -> (y) {
          y = Relu(x)
        }
        """);
  }

  /**
   * Each keeps the type but not the values: reversed, swapped, added the wrong way round, squared,
   * larger windows.
   */
  @Test
  void leavesWhatChangesElements() {
    GraphAssert.leaves(
        new RemoveNoOps(),
        """
        graph g(x: f32[1,1,3], m: f32[2,2]) -> (a, b, c, d, e, f) {
          a = Slice(x) {starts=[0,0,2], steps=[1,1,-1], shape=[1,1,3]}
          b = Transpose(m) {perm=[1,0]}
          c = Sub(z: f32[] = 0.0, x)
          d = Reduce(x) {kind=SUM_SQUARE, axes=[0], keepdims=true}
          e = MaxPool(x) {kernel=[3], strides=[1], pads=[1,1], dilations=[1], outputShape=[3]}
          f = Pad(x) {mode=CONSTANT, pads=[0,0,1,0,0,-1], value=0.0}
        }
        """);
  }

  /** Adding zeros of a larger shape repeats the operand. */
  @Test
  void leavesBroadcasts() {
    GraphAssert.leaves(
        new RemoveNoOps(),
        """
        graph g(x: f32[1]) -> (y) {
          y = Add(x, z: f32[3] = 0.0)
        }
        """);
  }
}
