package dev.coppice.compiler.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.emit.Emitter;
import dev.coppice.compiler.emit.Emitters;
import dev.coppice.compiler.interp.ReferenceInterpreter;
import dev.coppice.compiler.interp.SeededInputs;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.lowering.KernelPlan;
import dev.coppice.compiler.lowering.KernelPlanner;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.Tolerance;
import dev.coppice.compiler.testing.CompiledPlan;
import dev.coppice.compiler.testing.GraphText;
import dev.coppice.compiler.testing.ManyThreads;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KernelRowConvTest {
  private static final Emitter VECTOR =
      Emitters.all().stream().filter(e -> e.target().vectorApi()).findFirst().orElseThrow();

  private static void agrees(Graph graph, KernelPlan plan) {
    List<Tensor> inputs = SeededInputs.of(graph, 1);
    Tensor expected = new ReferenceInterpreter(graph).run(inputs).get(0);
    Tensor actual = CompiledPlan.of(plan, VECTOR).run(inputs).get(0);
    for (int i = 0; i < expected.size(); i++) {
      double e = expected.doubleAt(i);
      double a = actual.doubleAt(i);
      assertTrue(new Tolerance(1e-4, 1e-4).accepts(e, a), a + " instead of " + e + " at " + i);
    }
  }

  private static Graph graph(
      boolean planes, int n, int c, int h, int w, int oc, String kernel, String attributes) {
    String x = planes ? n + "," + c + "," + h + "," + w : n + "," + h + "," + w + "," + c;
    return GraphText.parse(
        String.format(
            Locale.ROOT,
            """
            graph g(x: f32[%s]) -> (y) {
            %s
              const w: f32[%d,%d,%s]
              const b: f32[%d]
              c = ChannelsLastConv(%s, w, b) {%s, dilations=[1, 1], group=1}
              y = Relu(c)
            }
            """,
            x,
            planes ? "  t = Transpose(x) {perm=[0, 2, 3, 1]}" : "",
            oc,
            c,
            kernel,
            oc,
            planes ? "t" : "x",
            attributes));
  }

  /** Rows of one tile and of several, strips, channels that fill registers and that do not. */
  @ParameterizedTest
  @CsvSource({
    "1, 3, 96, 96, 8, '3, 3', 'strides=[2, 2], pads=[0, 0, 1, 1]'",
    "2, 3, 33, 41, 16, '3, 3', 'strides=[2, 2], pads=[1, 1, 1, 1]'",
    "1, 3, 40, 40, 32, '3, 3', 'strides=[1, 1], pads=[1, 1, 1, 1]'",
    "1, 3, 30, 34, 20, '7, 7', 'strides=[2, 2], pads=[3, 3, 3, 3]'",
    "1, 2, 30, 34, 5, '5, 3', 'strides=[1, 2], pads=[2, 1, 0, 3]'",
    "1, 4, 16, 16, 48, '2, 2', 'strides=[2, 2], pads=[0, 0, 0, 0]'",
    "1, 3, 45, 47, 40, '3, 3', 'strides=[2, 2], pads=[1, 1, 1, 1]'",
    "1, 2, 20, 37, 64, '5, 5', 'strides=[1, 1], pads=[2, 2, 2, 2]'",
    "1, 3, 320, 320, 16, '3, 3', 'strides=[2, 2], pads=[1, 1, 1, 1]'"
  })
  void computesTheDefinition(int n, int c, int h, int w, int oc, String kernel, String attributes) {
    for (boolean planes : new boolean[] {false, true}) {
      Graph graph = graph(planes, n, c, h, w, oc, kernel, attributes);
      KernelPlan plan = KernelPlanner.plan(graph, VECTOR.target());
      assertEquals(1, plan.calls().size());
      agrees(graph, plan);
      agrees(graph, ManyThreads.plan(graph, VECTOR.target(), 2));
    }
  }

  @Test
  void listsWhatItWouldTakeOtherwise() {
    String attributes = "strides=[2, 2], pads=[1, 1, 1, 1]";
    KernelPlan planes =
        KernelPlanner.plan(graph(true, 1, 3, 320, 320, 16, "3, 3", attributes), VECTOR.target());
    assertEquals("planes, kernel rows written out", planes.choices().get(0).chosen().schedule());
    assertTrue(planes.choices().get(0).text().contains("rejected kernel rows written out"));
    assertTrue(planes.transposed().isEmpty());
  }

  /** Other transpositions stay, and so do those that someone else reads. */
  @Test
  void readsOnlyWhatIsPlanes() {
    Graph rows =
        GraphText.parse(
            """
            graph g(x: f32[1,32,3,34]) -> (y) {
              t = Transpose(x) {perm=[0, 1, 3, 2]}
              const w: f32[16,3,3,3]
              y = ChannelsLastConv(t, w) {strides=[1, 1], pads=[1, 1, 1, 1], dilations=[1, 1], group=1}
            }
            """);
    KernelPlan plan = KernelPlanner.plan(rows, VECTOR.target());
    assertEquals(2, plan.calls().size());
    agrees(rows, plan);
    Graph shared =
        GraphText.parse(
            """
            graph g(x: f32[1,3,32,34]) -> (y, t) {
              t = Transpose(x) {perm=[0, 2, 3, 1]}
              const w: f32[16,3,3,3]
              y = ChannelsLastConv(t, w) {strides=[1, 1], pads=[1, 1, 1, 1], dilations=[1, 1], group=1}
            }
            """);
    KernelPlan both = KernelPlanner.plan(shared, VECTOR.target());
    assertEquals(2, both.calls().size());
    agrees(shared, both);
  }
}
