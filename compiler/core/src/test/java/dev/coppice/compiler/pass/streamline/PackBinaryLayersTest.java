package dev.coppice.compiler.pass.streamline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.emit.Emitters;
import dev.coppice.compiler.interp.ReferenceInterpreter;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.TextPrinter;
import dev.coppice.compiler.loop.Target;
import dev.coppice.compiler.lowering.KernelPlanner;
import dev.coppice.compiler.pass.PassContext;
import dev.coppice.compiler.pass.RewritePass;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.CompiledPlan;
import dev.coppice.compiler.testing.GraphAssert;
import dev.coppice.compiler.testing.GraphText;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class PackBinaryLayersTest {
  private static final RewritePass PASS =
      new RewritePass("pack-binary-layers", new PackBinaryLayers());

  private static String signs(Random r, int n, double magnitude) {
    return IntStream.range(0, n)
        .mapToObj(i -> String.format(Locale.ROOT, "%s", r.nextBoolean() ? magnitude : -magnitude))
        .collect(Collectors.joining(", ", "[", "]"));
  }

  private static String normals(Random r, int n) {
    return IntStream.range(0, n)
        .mapToObj(i -> String.valueOf((float) r.nextGaussian()))
        .collect(Collectors.joining(", ", "[", "]"));
  }

  @Test
  void signOfRealsKeepsItsZeros() {
    GraphAssert.rewrites(
        new PackBinaryLayers(),
        """
        graph g(x: f32[2,3]) -> (y) {
          s = Sign(x)
          y = MatMul(s, w: f32[3,2] = [1.0, -1.0, 1.0, 1.0, -1.0, 1.0])
        }
        """,
        """
        graph g(x: f32[2,3]) -> (y) {
          p = PackBits(x) {axis=1, zeros=true}
          d = BinaryMatMul(p, w: i32[2,1] = [3, 6]) {depth=3, zeros=true}
          y = Cast(d) {to=f32}
        }
        """);
  }

  @Test
  void levelsAndMagnitudesAreBehindTheSum() {
    GraphAssert.rewrites(
        new PackBinaryLayers(),
        """
        graph g(x: f32[2,3]) -> (y) {
          c = Greater(x, t: f32[] = 0.5)
          s = Where(c, h: f32[] = 1.0, l: f32[] = 0.0)
          y = MatMul(s, w: f32[3,2] = [0.5, -2.0, 0.5, 2.0, -0.5, 2.0])
        }
        """,
        """
        graph g(x: f32[2,3]) -> (y) {
          c = Greater(x, t: f32[] = 0.5)
          p = PackBits(c) {axis=1, zeros=false}
          d = BinaryMatMul(p, w: i32[2,1] = [3, 6]) {depth=3, zeros=false}
          f = Cast(d) {to=f32}
          m = Mul(f, a: f32[2] = [0.25, 1.0])
          y = Add(m, b: f32[2] = [0.25, 1.0])
        }
        """);
  }

  @Test
  void leavesWhatIsNotBinary() {
    GraphAssert.leaves(
        new PackBinaryLayers(),
        """
        graph g(x: f32[1,2,3,3]) -> (p, q, r, s) {
          a = Sign(x)
          p = Conv(a, u: f32[1,2,1,1] = [1.0, 2.0]) {strides=[1,1], pads=[0,0,0,0], dilations=[1,1], group=1}
          q = Conv(a, v: f32[2,1,1,1] = [1.0, -1.0]) {strides=[1,1], pads=[0,0,0,0], dilations=[1,1], group=2}
          r = Conv(x, w: f32[1,2,1,1] = [1.0, 1.0]) {strides=[1,1], pads=[0,0,0,0], dilations=[1,1], group=1}
          b = Greater(x, t: f32[] = 0.5)
          c = Where(b, h: f32[] = 1.0, l: f32[] = 0.0)
          s = Conv(c, w) {strides=[1,1], pads=[1,1,1,1], dilations=[1,1], group=1}
        }
        """);
  }

  /** Random nets of three layers: the last sums are those of the float graph, bit for bit. */
  @Test
  void packedNetsEqualFloatNets() {
    for (int seed = 0; seed < 20; seed++) {
      Random r = new Random(seed);
      boolean bipolar = seed % 2 == 0;
      int a = 3 + r.nextInt(70);
      int b = 1 + r.nextInt(70);
      String text =
          "graph g(x: f32[3,"
              + a
              + "]) -> (y) {\n"
              + "  s0 = Sign(x)\n"
              + "  t0 = MatMul(s0, w0: f32["
              + a
              + ","
              + b
              + "] = "
              + signs(r, a * b, 1)
              + ")\n"
              + "  n0 = BatchNormalization(t0, g0: f32["
              + b
              + "] = "
              + normals(r, b)
              + ", b0: f32["
              + b
              + "] = "
              + normals(r, b)
              + ", m0: f32["
              + b
              + "] = "
              + normals(r, b)
              + ", v0: f32["
              + b
              + "] = "
              + normals(r, b).replace("-", "")
              + ") {epsilon=1.0E-5, axis=1}\n"
              + sign(bipolar, "s1", "n0")
              + "  y = MatMul(s1, w1: f32["
              + b
              + ",5] = "
              + signs(r, b * 5, 1)
              + ")\n}\n";
      check(text, 1, seed);
    }
  }

  /** As above for convolutions with padding, strides and a scale per channel. */
  @Test
  void packedConvolutionsEqualFloatOnes() {
    for (int seed = 0; seed < 12; seed++) {
      Random r = new Random(seed);
      boolean bipolar = seed % 2 == 0;
      int a = 1 + r.nextInt(40);
      int b = 1 + r.nextInt(40);
      String window = " {strides=[1,1], pads=[1,1,1,1], dilations=[1,1], group=1}\n";
      String text =
          "graph g(x: f32[2,"
              + a
              + ",5,4]) -> (y) {\n"
              + sign(bipolar, "s0", "x")
              + "  t0 = Conv(s0, w0: f32["
              + b
              + ","
              + a
              + ",3,3] = "
              + signs(r, a * b * 9, 0.5)
              + ")"
              + window
              + "  n0 = Add(t0, c0: f32["
              + b
              + ",1,1] = "
              + normals(r, b)
              + ")\n"
              + sign(bipolar, "s1", "n0")
              + "  y = Conv(s1, w1: f32[4,"
              + b
              + ",3,2] = "
              + signs(r, 24 * b, 1)
              + ")"
              + " {strides=[2,1], pads=[0,1,1,0], dilations=[1,2], group=1}\n}\n";
      check(text, 1, seed);
    }
  }

  private static String sign(boolean bipolar, String to, String from) {
    String z = "z" + to;
    return bipolar
        ? "  c"
            + to
            + " = GreaterOrEqual("
            + from
            + ", "
            + z
            + ": f32[] = 0.0)\n"
            + "  "
            + to
            + " = Where(c"
            + to
            + ", h"
            + to
            + ": f32[] = 1.0, l"
            + to
            + ": f32[] = -1.0)\n"
        : "  " + to + " = Sign(" + from + ")\n";
  }

  private static void check(String text, int packs, int seed) {
    Graph before = GraphText.parse(text);
    Graph after = PASS.run(before, new PassContext(new DiagnosticSink()));
    String printed = TextPrinter.print(after);
    assertEquals(packs, printed.split("= PackBits").length - 1, "seed " + seed + "\n" + printed);
    assertTrue(!printed.contains("= MatMul") && !printed.contains("= Conv("), printed);
    Random r = new Random(seed + 100);
    Tensor x =
        Tensor.fromDoubles(
            before.inputs().get(0).type(), i -> r.nextInt(8) == 0 ? 0 : r.nextGaussian());
    Tensor expected = new ReferenceInterpreter(before).run(List.of(x)).get(0);
    assertEquals(expected, new ReferenceInterpreter(after).run(List.of(x)).get(0), "seed " + seed);
    CompiledPlan compiled =
        CompiledPlan.of(KernelPlanner.plan(after, Target.PORTABLE), Emitters.all().get(0));
    assertEquals(expected, compiled.run(List.of(x)).get(0), "compiled, seed " + seed);
  }
}
