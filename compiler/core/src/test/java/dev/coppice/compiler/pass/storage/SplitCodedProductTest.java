package dev.coppice.compiler.pass.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.pass.PassContext;
import dev.coppice.compiler.pass.RewritePass;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.GraphAssert;
import dev.coppice.compiler.testing.GraphConstants;
import dev.coppice.compiler.testing.GraphText;
import org.junit.jupiter.api.Test;

final class SplitCodedProductTest {
  private static final RewritePass PASS =
      new RewritePass("split-coded-products", new SplitCodedProduct());

  private static Graph graph(String text, int values) {
    return GraphConstants.map(
        GraphText.parse(text),
        (v, t) -> Tensor.fromDoubles(t.type(), i -> Math.rint(values * t.doubleAt(i) / 2)));
  }

  private static Graph rewritten(Graph graph) {
    return PASS.run(graph, new PassContext(new DiagnosticSink()));
  }

  private static void rewrites(String before, String after) {
    Graph graph = graph(before, 200);
    Graph rewritten = rewritten(graph);
    GraphAssert.assertMatches(after, rewritten);
    GraphAssert.assertEquivalent(PASS, graph, rewritten);
  }

  @Test
  void tallMatricesAreCutBetweenRows() {
    rewrites(
        """
        graph g(x: f32[1,1000]) -> (y) {
          m = MatMul(x, w: f32[1000,40], b: f32[40])
          y = Relu(m)
        }
        """,
        """
        graph g(x: f32[1,1000]) -> (y) {
          s0 = Slice(x) {starts=[0,0], steps=[1,1], shape=[1,336]}
          m0 = MatMul(s0, w0: f32[336,40], b: f32[40])
          s1 = Slice(x) {starts=[0,336], steps=[1,1], shape=[1,336]}
          m1 = MatMul(s1, w1: f32[336,40])
          t1 = Add(m1, m0)
          s2 = Slice(x) {starts=[0,672], steps=[1,1], shape=[1,328]}
          m2 = MatMul(s2, w2: f32[328,40])
          t2 = Add(m2, t1)
          y = Relu(t2)
        }
        """);
  }

  @Test
  void wideMatricesAreCutBetweenColumns() {
    rewrites(
        """
        graph g(x: f32[1,100]) -> (y) {
          y = MatMul(x, w: f32[100,400], b: f32[400])
        }
        """,
        """
        graph g(x: f32[1,100]) -> (y) {
          m0 = MatMul(x, w0: f32[100,144], b0: f32[144])
          m1 = MatMul(x, w1: f32[100,144], b1: f32[144])
          m2 = MatMul(x, w2: f32[100,112], b2: f32[112])
          y = Concat(m0, m1, m2) {axis=1}
        }
        """);
  }

  @Test
  void othersStayWhole() {
    String small = "graph g(x: f32[1,100]) -> (y) { y = MatMul(x, w: f32[100,200]) }";
    String rows = "graph g(x: f32[2,1000]) -> (y) { y = MatMul(x, w: f32[1000,40]) }";
    String tall = "graph g(x: f32[1,1000]) -> (y) { y = MatMul(x, w: f32[1000,40]) }";
    assertEquals(1, rewritten(graph(small, 200)).nodes().size());
    assertEquals(1, rewritten(graph(rows, 200)).nodes().size());
    assertEquals(1, rewritten(graph(tall, 2000)).nodes().size());
  }
}
