package dev.coppice.compiler.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.TextPrinter;
import dev.coppice.compiler.loop.Target;
import dev.coppice.compiler.op.ChannelsLastConv;
import dev.coppice.compiler.pass.Pass;
import dev.coppice.compiler.pass.PassContext;
import dev.coppice.compiler.testing.GraphAssert;
import dev.coppice.compiler.testing.GraphText;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class PipelinesTest {
  private static Graph streamline(String text) {
    return Pipelines.streamline()
        .run(GraphText.parse(text), new PassContext(new DiagnosticSink()).checkingNumerics(1));
  }

  @Test
  void normalizedImageResidualBlockAndClassifier() {
    GraphAssert.assertMatches(
        """
        graph g(x: f32[1,3,8,8]) -> (y) {
          a = Conv(x, w: f32[4,3,3,3], b: f32[4]) {strides=[1,1], pads=[0,0,0,0], dilations=[1,1], group=1}
          r = Relu(a)
          c = Conv(r, v: f32[4,4,3,3], d: f32[4]) {strides=[1,1], pads=[1,1,1,1], dilations=[1,1], group=1}
          f = Relu(c)
          p = Reduce(f) {kind=MEAN, axes=[2,3], keepdims=true}
          q = Reshape(p) {shape=[1,4]}
          y = MatMul(q, m: f32[4,2], n: f32[2])
        }
        """,
        streamline(
            """
            graph g(x: f32[1,3,8,8]) -> (y) {
              x0 = Sub(x, mean: f32[3,1,1])
              x1 = Div(x0, pos: f32[3,1,1])
              a0 = Conv(x1, w: f32[4,3,3,3]) {strides=[1,1], pads=[0,0,0,0], dilations=[1,1], group=1}
              a1 = BatchNormalization(a0, g1: f32[4], b1: f32[4], m1: f32[4], var1: f32[4]) {epsilon=1.0E-5, axis=1}
              r0 = Relu(a1)
              r = Relu(r0)
              p0 = Pad(r) {mode=CONSTANT, pads=[0,0,1,1,0,0,1,1], value=0.0}
              c0 = Conv(p0, v: f32[4,4,3,3], vb: f32[4]) {strides=[1,1], pads=[0,0,0,0], dilations=[1,1], group=1}
              c = BatchNormalization(c0, g2: f32[4], b2: f32[4], m2: f32[4], var2: f32[4]) {epsilon=1.0E-5, axis=1}
              e = Add(c, r)
              f = Relu(e)
              p = AveragePool(f) {kernel=[6,6], strides=[1,1], pads=[0,0,0,0], dilations=[1,1], countIncludePad=false, outputShape=[1,1]}
              q0 = Reshape(p) {shape=[4]}
              q = Reshape(q0) {shape=[1,4]}
              k = Mul(m: f32[4,2], two: f32[] = 2.0)
              l = MatMul(q, k)
              y = Add(n: f32[2], l)
            }
            """));
  }

  @Test
  void channelsLastModelLosesItsTranspositions() {
    GraphAssert.assertMatches(
        """
        graph g(x: f32[1,2,6,6]) -> (y) {
          a = Conv(x, w: f32[3,2,1,1], b: f32[3]) {strides=[1,1], pads=[0,0,0,0], dilations=[1,1], group=1}
          r = Relu(a)
          y = Conv(r, v: f32[2,3,1,1]) {strides=[1,1], pads=[0,0,0,0], dilations=[1,1], group=1}
        }
        """,
        streamline(
            """
            graph g(x: f32[1,2,6,6]) -> (y) {
              a = Conv(x, w: f32[3,2,1,1]) {strides=[1,1], pads=[0,0,0,0], dilations=[1,1], group=1}
              t = Transpose(a) {perm=[0,2,3,1]}
              s = Add(t, bias: f32[3])
              r = Relu(s)
              u = Transpose(r) {perm=[0,3,1,2]}
              y = Conv(u, v: f32[2,3,1,1]) {strides=[1,1], pads=[0,0,0,0], dilations=[1,1], group=1}
            }
            """));
  }

  /** Coded weights are not filtered, so that more channels would be work for nothing. */
  @Test
  void narrowValuesAreWidenedUnlessWeightsStayCoded() {
    Graph graph =
        GraphText.parse(
            """
            graph g(x: f32[1,16,8,8]) -> (y) {
              a = Conv(x, w: f32[8,16,3,3]) {strides=[1,1], pads=[1,1,1,1], dilations=[1,1], group=1}
              y = Conv(a, v: f32[16,8,3,3]) {strides=[1,1], pads=[1,1,1,1], dilations=[1,1], group=1}
            }
            """);
    for (boolean coded : new boolean[] {false, true}) {
      Graph passed =
          Pipelines.of(Target.VECTOR.withCodedWeights(coded))
              .run(graph, new PassContext(new DiagnosticSink()));
      assertEquals(
          coded ? List.of(8) : List.of(16),
          passed.nodes().stream()
              .filter(n -> n.op() instanceof ChannelsLastConv)
              .limit(1)
              .map(n -> n.output().type().shape().dim(-1))
              .toList());
    }
  }

  /** Dense blocks normalize a concatenation: nothing to merge with before, nothing behind. */
  @Test
  void batchNormWithoutNeighbourStaysOneOperator() {
    GraphAssert.assertMatches(
        """
        graph g(x: f32[1,2,6,6]) -> (y) {
          b = BatchNormalization(x, s: f32[2], h: f32[2], m: f32[2] = 0.0, v: f32[2] = 1.0) {epsilon=0.0, axis=1}
          y = Relu(b)
        }
        """,
        streamline(
            """
            graph g(x: f32[1,2,6,6]) -> (y) {
              b = BatchNormalization(x, g1: f32[2], b1: f32[2], m1: f32[2], var1: f32[2]) {epsilon=1.0E-5, axis=1}
              y = Relu(b)
            }
            """));
  }

  @Test
  void secondRunFindsNothing() {
    Graph once =
        streamline(
            """
            graph g(x: f32[1,2,6,6]) -> (y) {
              b = BatchNormalization(x, g1: f32[2], b1: f32[2], m1: f32[2], var1: f32[2]) {epsilon=1.0E-5, axis=1}
              c = Relu(b)
              d = MaxPool(c) {kernel=[2,2], strides=[2,2], pads=[0,0,0,0], dilations=[1,1], outputShape=[3,3]}
              y = Transpose(d) {perm=[0,2,3,1]}
            }
            """);
    Graph twice = Pipelines.streamline().run(once, new PassContext(new DiagnosticSink()));
    assertEquals(
        once.nodes().stream().map(n -> n.op().name()).toList(),
        twice.nodes().stream().map(n -> n.op().name()).toList(),
        () -> TextPrinter.print(twice));
  }

  @Test
  void passNamesAreVerbPhrasesInKebabCase() {
    List<Pass> passes = Pipelines.of(Target.VECTOR).passes();
    for (String name : new TreeSet<>(passes.stream().map(Pass::name).toList())) {
      assertTrue(name.matches("[a-z]+(-[a-z]+)+"), name);
    }
  }
}
