package dev.coppice.compiler.pass.recover;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.Clip;
import dev.coppice.compiler.pass.PassContext;
import dev.coppice.compiler.pass.RewritePass;
import dev.coppice.compiler.testing.GraphAssert;
import dev.coppice.compiler.testing.GraphText;
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

  /** Bounds of the operand, which the activation does not have, stay. */
  @ParameterizedTest
  @ValueSource(doubles = {20, 1e5})
  void leavesBounds(double most) {
    GraphAssert.rewrites(
        new RecoverActivation(),
        graph(
            GELU,
            "n = Clip(x) {min=-20.0, max="
                + most
                + "}; a = Div(n, r); b = Erf(a); c = Add(b, o); d = Mul(n, c); y = Mul(d, h)"),
        graph("", "n = Clip(x) {min=-20.0, max=" + most + "}; y = Gelu(n) {tanh=false}"));
  }

  /** What keeps a logarithm finite stays. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "s = HardSigmoid(x) {alpha=0.2, beta=0.5}; y = Clip(s) {min=1.0E-7, max=0.9999999}",
        "s = HardSigmoid(x) {alpha=0.2, beta=0.5}; y = Add(s, e)",
        "s = HardSwish(x); y = Clip(s) {min=-1.0, max=20.0}",
        "n = Neg(x); p = Exp(n); d = Add(p, o); s = Div(o, d); y = Add(s, e)",
        "n = Neg(x); p = Exp(n); d = Add(p, o); s = Div(q, d); y = Add(s, e)"
      })
  void leavesMargins(String body) {
    String constants =
        "  const e: f32[] = 1.0E-7\n  const o: f32[] = 1.0\n  const q: f32[] = 0.9999999\n";
    Graph before = GraphText.parse(graph(constants, body));
    Graph after =
        new RewritePass("recover", new RecoverActivation())
            .run(before, new PassContext(new DiagnosticSink()));
    Node last = after.producer(after.outputs().get(0).value()).orElseThrow();
    assertTrue(last.op() instanceof Add || last.op() instanceof Clip, last.toString());
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
