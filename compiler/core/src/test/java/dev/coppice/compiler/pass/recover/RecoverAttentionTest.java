package dev.coppice.compiler.pass.recover;

import dev.coppice.compiler.testing.GraphAssert;
import org.junit.jupiter.api.Test;

final class RecoverAttentionTest {
  @Test
  void scaleGoesToQueriesAndHeadsStayBehindRows() {
    GraphAssert.rewrites(
        new RecoverAttention(),
        """
        graph g(q: f32[1,9,2,4], k: f32[1,8,2,4], v: f32[1,8,2,5], mask: f32[1,1,1,8]) -> (y) {
          const root: f32[] = 2.0
          qt = Transpose(q) {perm=[0,2,1,3]}
          kt = Transpose(k) {perm=[0,2,3,1]}
          vt = Transpose(v) {perm=[0,2,1,3]}
          s = MatMul(qt, kt)
          c = Div(s, root)
          a = Add(c, mask)
          p = Softmax(a) {axis=3}
          y = MatMul(p, vt)
        }
        """,
        """
        graph g(q: f32[1,9,2,4], k: f32[1,8,2,4], v: f32[1,8,2,5], mask: f32[1,1,1,8]) -> (y) {
          const root: f32[] = 2.0
          qt = Transpose(q) {perm=[0,2,1,3]}
          kt = Transpose(k) {perm=[0,2,3,1]}
          vt = Transpose(v) {perm=[0,2,1,3]}
          c = Div(qt, root)
          s = Transpose(c) {perm=[0,2,1,3]}
          v2 = Transpose(vt) {perm=[0,2,1,3]}
          s2 = Transpose(kt) {perm=[0,3,1,2]}
          o = Attention(s, s2, v2, mask) {rowsFirst=true}
          y = Transpose(o) {perm=[0,2,1,3]}
        }
        """);
  }

  @Test
  void maskMayComeFirstAndHaveFewerAxes() {
    GraphAssert.rewrites(
        new RecoverAttention(),
        """
        graph g(q: f32[1,2,9,4], kt: f32[1,2,4,8], v: f32[1,2,8,5], mask: f32[9,8]) -> (y) {
          s = MatMul(q, kt)
          a = Add(mask, s)
          p = Softmax(a) {axis=3}
          y = MatMul(p, v)
        }
        """,
        """
        graph g(q: f32[1,2,9,4], kt: f32[1,2,4,8], v: f32[1,2,8,5], mask: f32[9,8]) -> (y) {
          k = Transpose(kt) {perm=[0,1,3,2]}
          m = Reshape(mask) {shape=[1,1,9,8]}
          y = Attention(q, k, v, m) {rowsFirst=false}
        }
        """);
  }

  /** The probabilities are a result, too. */
  @Test
  void leavesProbabilitiesThatAreRead() {
    GraphAssert.leaves(
        new RecoverAttention(),
        """
        graph g(q: f32[1,2,9,4], kt: f32[1,2,4,8], v: f32[1,2,8,5]) -> (y, p) {
          s = MatMul(q, kt)
          p = Softmax(s) {axis=3}
          y = MatMul(p, v)
        }
        """);
  }

  /** All heads share one matrix of values. */
  @Test
  void leavesSharedValues() {
    GraphAssert.leaves(
        new RecoverAttention(),
        """
        graph g(q: f32[1,2,9,4], kt: f32[1,2,4,8], v: f32[1,1,8,5]) -> (y) {
          s = MatMul(q, kt)
          p = Softmax(s) {axis=3}
          y = MatMul(p, v)
        }
        """);
  }

  /** The scores of one query are no more than its values. */
  @Test
  void leavesSingleQueries() {
    GraphAssert.leaves(
        new RecoverAttention(),
        """
        graph g(q: f32[1,2,1,4], kt: f32[1,2,4,8], v: f32[1,2,8,5]) -> (y) {
          s = MatMul(q, kt)
          p = Softmax(s) {axis=3}
          y = MatMul(p, v)
        }
        """);
  }
}
