package dev.coppice.compiler.pass.recover;

import dev.coppice.compiler.testing.GraphAssert;
import org.junit.jupiter.api.Test;

final class RecoverNormalizationTest {
  private static final String NORMALIZED =
      """
      graph g(x: f32[2,3,8]) -> (y) {
        const y.scale: f32[8] = 1.0
        y = LayerNormalization(x, y.scale) {axis=2, epsilon=1.0E-5}
      }
      """;

  @Test
  void asPyTorchWritesIt() {
    GraphAssert.rewrites(
        new RecoverNormalization(),
        """
        graph g(x: f32[2,3,8]) -> (y) {
          const two: f32[] = 2.0
          const eps: f32[] = 1.0E-5
          m = Reduce(x) {kind=MEAN, axes=[2], keepdims=true}
          d = Sub(x, m)
          q = Pow(d, two)
          v = Reduce(q) {kind=MEAN, axes=[2], keepdims=true}
          e = Add(v, eps)
          s = Sqrt(e)
          y = Div(d, s)
        }
        """,
        NORMALIZED);
  }

  @Test
  void byMeanOfSquaresAndReciprocal() {
    GraphAssert.rewrites(
        new RecoverNormalization(),
        """
        graph g(x: f32[2,3,8]) -> (y) {
          const eps: f32[1] = 1.0E-5
          m = Reduce(x) {kind=MEAN, axes=[2], keepdims=true}
          q = Mul(x, x)
          a = Reduce(q) {kind=MEAN, axes=[2], keepdims=true}
          b = Mul(m, m)
          v = Sub(a, b)
          e = Add(eps, v)
          s = Sqrt(e)
          r = Reciprocal(s)
          d = Sub(x, m)
          y = Mul(d, r)
        }
        """,
        NORMALIZED);
  }

  @Test
  void byRootMeanSquare() {
    GraphAssert.rewrites(
        new RecoverNormalization(),
        """
        graph g(x: f32[3,8]) -> (y) {
          const eps: f32[] = 1.0E-6
          q = Mul(x, x)
          v = Reduce(q) {kind=MEAN, axes=[1], keepdims=true}
          e = Add(v, eps)
          s = Sqrt(e)
          y = Div(x, s)
        }
        """,
        """
        graph g(x: f32[3,8]) -> (y) {
          const y.scale: f32[8] = 1.0
          y = RmsNormalization(x, y.scale) {axis=1, epsilon=1.0E-6}
        }
        """);
  }

  /** Epsilon is added to the deviation and not to the variance. */
  @Test
  void leavesEpsilonElsewhere() {
    GraphAssert.leaves(
        new RecoverNormalization(),
        """
        graph g(x: f32[3,8]) -> (y) {
          const eps: f32[] = 1.0E-3
          m = Reduce(x) {kind=MEAN, axes=[1], keepdims=true}
          d = Sub(x, m)
          q = Mul(d, d)
          v = Reduce(q) {kind=MEAN, axes=[1], keepdims=true}
          s = Sqrt(v)
          e = Add(s, eps)
          y = Div(d, e)
        }
        """);
  }

  /** A single line, for which a small epsilon tells little unless the line is small, too. */
  @Test
  void leavesEpsilonElsewhereInASingleLine() {
    GraphAssert.leaves(
        new RecoverNormalization(),
        """
        graph g(x: f32[8]) -> (y) {
          const eps: f32[] = 1.0E-7
          m = Reduce(x) {kind=MEAN, axes=[0], keepdims=true}
          d = Sub(x, m)
          q = Mul(d, d)
          v = Reduce(q) {kind=MEAN, axes=[0], keepdims=true}
          s = Sqrt(v)
          e = Add(s, eps)
          y = Div(d, e)
        }
        """);
  }

  /** Statistics over the first axis. */
  @Test
  void leavesOtherAxes() {
    GraphAssert.leaves(
        new RecoverNormalization(),
        """
        graph g(x: f32[3,8]) -> (y) {
          const eps: f32[] = 1.0E-5
          q = Mul(x, x)
          v = Reduce(q) {kind=MEAN, axes=[0], keepdims=true}
          e = Add(v, eps)
          s = Sqrt(e)
          y = Div(x, s)
        }
        """);
  }
}
