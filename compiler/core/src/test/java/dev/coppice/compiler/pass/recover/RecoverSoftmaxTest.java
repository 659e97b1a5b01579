package dev.coppice.compiler.pass.recover;

import dev.coppice.compiler.testing.GraphAssert;
import org.junit.jupiter.api.Test;

final class RecoverSoftmaxTest {
  @Test
  void withMaximum() {
    GraphAssert.rewrites(
        new RecoverSoftmax(),
        """
        graph g(x: f32[2,5,3]) -> (y) {
          m = Reduce(x) {kind=MAX, axes=[1], keepdims=true}
          d = Sub(x, m)
          e = Exp(d)
          s = Reduce(e) {kind=SUM, axes=[1], keepdims=true}
          y = Div(e, s)
        }
        """,
        """
        graph g(x: f32[2,5,3]) -> (y) {
          y = Softmax(x) {axis=1}
        }
        """);
  }

  @Test
  void withoutMaximumAndItsLogarithm() {
    GraphAssert.rewrites(
        new RecoverSoftmax(),
        """
        graph g(x: f32[2,5]) -> (y) {
          e = Exp(x)
          s = Reduce(e) {kind=SUM, axes=[1], keepdims=true}
          l = Log(s)
          y = Sub(x, l)
        }
        """,
        """
        graph g(x: f32[2,5]) -> (y) {
          y = LogSoftmax(x) {axis=1}
        }
        """);
  }

  /** What keeps the logarithm finite stays. */
  @Test
  void leavesMargins() {
    GraphAssert.leaves(
        new RecoverSoftmax(),
        """
        graph g(x: f32[2,2]) -> (y) {
          const e: f32[] = 1.0E-30
          s = Softmax(x) {axis=1}
          a = Add(s, e)
          y = Log(a)
        }
        """);
  }

  /** Exponentials of twice the operand over the sum of others. */
  @Test
  void leavesOtherQuotients() {
    GraphAssert.leaves(
        new RecoverSoftmax(),
        """
        graph g(x: f32[2,5]) -> (y) {
          e = Exp(x)
          q = Mul(e, e)
          s = Reduce(e) {kind=SUM, axes=[1], keepdims=true}
          y = Div(q, s)
        }
        """);
  }
}
