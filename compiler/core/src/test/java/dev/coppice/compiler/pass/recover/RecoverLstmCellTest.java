package dev.coppice.compiler.pass.recover;

import dev.coppice.compiler.testing.GraphAssert;
import org.junit.jupiter.api.Test;

final class RecoverLstmCellTest {
  @Test
  void gatesInAnotherOrder() {
    GraphAssert.rewrites(
        new RecoverLstmCell(),
        """
        graph g(z: f32[2,12], c: f32[2,3]) -> (h, n) {
          f, o, i, g = Split(z) {axis=1, sizes=[3,3,3,3]}
          sf = Sigmoid(f)
          kept = Mul(c, sf)
          si = Sigmoid(i)
          tg = Tanh(g)
          fresh = Mul(tg, si)
          n = Add(kept, fresh)
          so = Sigmoid(o)
          tn = Tanh(n)
          h = Mul(so, tn)
        }
        """,
        """
        graph g(z: f32[2,12], c: f32[2,3]) -> (h, n) {
          h, n = LstmCell(z, c) {input=2, forget=0, cell=3, output=1}
        }
        """);
  }

  /** The state is one for all rows. */
  @Test
  void leavesBroadcastStates() {
    GraphAssert.leaves(
        new RecoverLstmCell(),
        """
        graph g(z: f32[2,12], c: f32[1,3]) -> (h) {
          i, f, g, o = Split(z) {axis=1, sizes=[3,3,3,3]}
          sf = Sigmoid(f)
          kept = Mul(c, sf)
          si = Sigmoid(i)
          tg = Tanh(g)
          fresh = Mul(tg, si)
          n = Add(kept, fresh)
          so = Sigmoid(o)
          tn = Tanh(n)
          h = Mul(so, tn)
        }
        """);
  }

  /** The forget gate is one minus the input gate. */
  @Test
  void leavesCoupledGates() {
    GraphAssert.leaves(
        new RecoverLstmCell(),
        """
        graph g(z: f32[2,9], c: f32[2,3]) -> (h) {
          const one: f32[] = 1.0
          i, g, o = Split(z) {axis=1, sizes=[3,3,3]}
          si = Sigmoid(i)
          sf = Sub(one, si)
          kept = Mul(c, sf)
          tg = Tanh(g)
          fresh = Mul(tg, si)
          n = Add(kept, fresh)
          so = Sigmoid(o)
          tn = Tanh(n)
          h = Mul(so, tn)
        }
        """);
  }
}
