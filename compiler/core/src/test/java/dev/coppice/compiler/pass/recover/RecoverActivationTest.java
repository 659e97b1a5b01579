package dev.coppice.compiler.pass.recover;

import dev.coppice.compiler.testing.GraphAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RecoverActivationTest {
  /** {@code body} with {@code h} for 0.5, {@code r} for the root of 2, {@code o} for 1. */
  private static String graph(String constants, String body) {
    return "graph g(x: f32[2,3]) -> (y) {\n" + constants + body.replace(";", "\n") + "\n}\n";
  }

  private static void becomes(String op, String constants, String body) {
    GraphAssert.rewrites(
        new RecoverActivation(), graph(constants, body), graph("", "  y = " + op + "\n"));
  }

  private static final String GELU =
      "  const h: f32[] = 0.5\n  const r: f32[] = 1.4142135\n  const i: f32[1] = 0.70710677\n"
          + "  const o: f32[] = 1.0\n";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a = Div(x, r); b = Erf(a); c = Add(b, o); d = Mul(x, c); y = Mul(d, h)",
        "a = Mul(x, i); b = Erf(a); c = Add(o, b); d = Mul(h, x); y = Mul(d, c)",
        "a = Mul(i, x); b = Erf(a); c = Mul(b, h); d = Add(c, h); y = Mul(d, x)"
      })
  void geluByErrorFunction(String body) {
    becomes("Gelu(x) {tanh=false}", GELU, body);
  }

  @Test
  void geluByTanh() {
    becomes(
        "Gelu(x) {tanh=true}",
        "  const h: f32[] = 0.5\n  const t: f32[] = 3.0\n  const k: f32[] = 0.044715\n"
            + "  const s: f32[] = 0.7978846\n  const o: f32[] = 1.0\n",
        "a = Pow(x, t); b = Mul(a, k); c = Add(x, b); d = Mul(c, s); e = Tanh(d);"
            + "f = Add(e, o); g = Mul(x, f); y = Mul(h, g)");
  }

  @Test
  void swish() {
    becomes("Swish(x) {alpha=1.0}", "", "s = Sigmoid(x); y = Mul(x, s)");
    becomes(
        "Swish(x) {alpha=1.702}",
        "  const a: f32[] = 1.702\n",
        "b = Mul(x, a); s = Sigmoid(b); y = Mul(s, x)");
    becomes(
        "Swish(x) {alpha=1.0}",
        "  const o: f32[] = 1.0\n",
        "n = Neg(x); e = Exp(n); d = Add(e, o); y = Div(x, d)");
  }

  @Test
  void hardSwishAndSigmoid() {
    String constants = "  const t: f32[] = 3.0\n  const s: f32[] = 6.0\n";
    becomes(
        "HardSwish(x)",
        constants,
        "a = Add(x, t); b = Clip(a) {min=0.0, max=6.0}; c = Mul(x, b); y = Div(c, s)");
    becomes(
        "HardSwish(x)",
        constants,
        "a = Add(x, t); b = Clip(a) {min=0.0, max=6.0}; c = Div(b, s); y = Mul(c, x)");
    becomes(
        "HardSigmoid(x) {alpha=0.16666667, beta=0.5}",
        constants,
        "a = Add(x, t); b = Clip(a) {min=0.0, max=6.0}; y = Div(b, s)");
  }

  @Test
  void mishAndSigmoid() {
    becomes("Mish(x)", "", "s = Softplus(x); t = Tanh(s); y = Mul(x, t)");
    becomes(
        "Sigmoid(x)",
        "  const o: f32[] = 1.0\n",
        "n = Neg(x); e = Exp(n); d = Add(e, o); y = Reciprocal(d)");
  }

  /** The half is a third. */
  @Test
  void leavesOtherFunctions() {
    GraphAssert.leaves(
        new RecoverActivation(),
        graph(
            GELU.replace("0.5", "0.33"),
            "a = Div(x, r); b = Erf(a); c = Add(b, o); d = Mul(x, c); y = Mul(d, h)"));
  }

  /** The sigmoid is needed by itself. */
  @Test
  void leavesWhatIsReadInBetween() {
    GraphAssert.leaves(
        new RecoverActivation(),
        """
        graph g(x: f32[2,3]) -> (y, s) {
          s = Sigmoid(x)
          y = Mul(x, s)
        }
        """);
  }
}
