package dev.coppice.compiler.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.emit.Emitter;
import dev.coppice.compiler.emit.Emitters;
import dev.coppice.compiler.interp.ReferenceInterpreter;
import dev.coppice.compiler.interp.SeededInputs;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.loop.Target;
import dev.coppice.compiler.lowering.KernelPlan;
import dev.coppice.compiler.lowering.KernelPlanner;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.Tolerance;
import dev.coppice.compiler.testing.CompiledPlan;
import dev.coppice.compiler.testing.GraphText;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeparableConvTest {
  private static final Emitter VECTOR =
      Emitters.all().stream().filter(e -> e.target().vectorApi()).findFirst().orElseThrow();

  private static final String HEAD =
      """
      graph g(x: f32[1,40,52,24]) -> (y) {
        const w: f32[64,24,1,1]
        const b: f32[64]
        c = ChannelsLastConv(x, w, b) {strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], group=1}
        const v: f32[64,1,3,3]
      """;

  private static String depthwise(String input) {
    return "  d = ChannelsLastConv("
        + input
        + ", v) {strides=[1, 1], pads=[1, 1, 1, 1], dilations=[1, 1], group=64}\n";
  }

  private static KernelPlan plan(Graph graph) {
    return KernelPlanner.plan(graph, VECTOR.target());
  }

  private static void agrees(Graph graph) {
    List<Tensor> inputs = SeededInputs.of(graph, 1);
    List<Tensor> expected = new ReferenceInterpreter(graph).run(inputs);
    List<Tensor> actual = CompiledPlan.of(plan(graph), VECTOR).run(inputs);
    for (int j = 0; j < expected.size(); j++) {
      for (int i = 0; i < expected.get(j).size(); i++) {
        double e = expected.get(j).doubleAt(i);
        double a = actual.get(j).doubleAt(i);
        assertTrue(
            new Tolerance(1e-4, 1e-4).accepts(e, a),
            "output " + j + " at " + i + ": " + a + " instead of " + e);
      }
    }
  }

  /** Whole inputs and strips, of which the first and the last meet padding. */
  @ParameterizedTest
  @CsvSource({
    "1, 6, 6, 16, 32, '3, 3', '1, 1', '1, 1, 1, 1', '1, 1'",
    "2, 9, 11, 20, 24, '3, 3', '1, 1', '1, 1, 1, 1', '1, 1'",
    "1, 40, 64, 16, 64, '3, 3', '1, 1', '1, 1, 1, 1', '1, 1'",
    "2, 36, 70, 8, 64, '3, 3', '2, 2', '0, 0, 1, 1', '1, 1'",
    "1, 48, 60, 8, 64, '3, 3', '2, 2', '1, 1, 1, 1', '1, 1'",
    "1, 44, 64, 8, 64, '5, 3', '1, 1', '2, 1, 2, 1', '1, 1'",
    "1, 40, 64, 8, 64, '3, 3', '1, 1', '2, 2, 2, 2', '2, 2'",
    "1, 40, 64, 8, 64, '2, 2', '3, 3', '0, 1, 1, 0', '1, 1'",
    "1, 64, 200, 8, 16, '3, 3', '1, 1', '1, 1, 1, 1', '1, 1'",
    "1, 160, 160, 3, 8, '3, 3', '1, 1', '1, 1, 1, 1', '1, 1'",
    "1, 80, 64, 8, 72, '3, 3', '1, 1', '0, 0, 0, 0', '1, 1'"
  })
  void computesWhatBothCompute(
      int n,
      int h,
      int w,
      int ic,
      int c,
      String kernel,
      String strides,
      String pads,
      String dilations) {
    String text =
        String.format(
            Locale.ROOT,
            """
            graph g(x: f32[%d,%d,%d,%d]) -> (y) {
              const w: f32[%d,%d,1,1]
              const b: f32[%d]
              c = ChannelsLastConv(x, w, b) {strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], group=1}
              r = Relu(c)
              const v: f32[%d,1,%s]
              d = ChannelsLastConv(r, v) {strides=[%s], pads=[%s], dilations=[%s], group=%d}
              y = Relu(d)
            }
            """,
            n,
            h,
            w,
            ic,
            c,
            ic,
            c,
            c,
            kernel,
            strides,
            pads,
            dilations,
            c);
    Graph graph = GraphText.parse(text);
    assertEquals(1, plan(graph).calls().size());
    agrees(graph);
  }

  @Test
  void pointwiseInputThatCouldHaveComputedItsOwnInputFindsItComputed() {
    Graph graph =
        GraphText.parse(
            """
            graph g(x: f32[1,3,40,64]) -> (y) {
              t = Transpose(x) {perm=[0, 2, 3, 1]}
              const w: f32[64,3,1,1]
              const b: f32[64]
              c = ChannelsLastConv(t, w, b) {strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], group=1}
              const v: f32[64,1,3,3]
            """
                + depthwise("c")
                + "  y = Relu(d)\n}\n");
    assertEquals(2, plan(graph).calls().size());
    agrees(graph);
  }

  @Test
  void listsWhatItWouldTakeOtherwise() {
    Graph graph = GraphText.parse(HEAD + depthwise("c") + "  y = Relu(d)\n}\n");
    KernelPlan plan = plan(graph);
    assertEquals(1, plan.choices().size());
    assertEquals(
        "pointwise input in strips, taps written out", plan.choices().get(0).chosen().schedule());
    assertTrue(plan.choices().get(0).text().contains("rejected taps written out"));
  }

  /** The input needs no room but for a strip. */
  @Test
  void hasNoRoomForTheWholeInput() {
    Graph graph = GraphText.parse(HEAD + depthwise("c") + "  y = Relu(d)\n}\n");
    long room = plan(graph).slots().stream().mapToLong(s -> s.length()).sum();
    assertTrue(room < 40 * 52 * 64, room + " elements");
  }

  /** A residual of the depthwise convolution may be computed between the two. */
  @Test
  void residualsAreThereWhenBothAreComputed() {
    Graph graph =
        GraphText.parse(
            HEAD
                + depthwise("c")
                + """
                  const u: f32[64,24,1,1]
                  z = ChannelsLastConv(x, u) {strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], group=1}
                  y = Add(d, z)
                }
                """);
    agrees(graph);
  }

  /** What someone else reads, or is a result, is computed by itself. */
  @Test
  void doesNotHideWhatIsReadTwice() {
    Graph graph = GraphText.parse(HEAD + depthwise("c") + "  y = Add(d, c)\n}\n");
    assertEquals(2, plan(graph).calls().size());
    agrees(graph);
    Graph result =
        GraphText.parse(HEAD.replace("(y)", "(y, c)") + depthwise("c") + "  y = Relu(d)\n}\n");
    assertEquals(2, plan(result).calls().size());
    agrees(result);
  }

  /** What is added to the input lies elsewhere than in the strip. */
  @Test
  void doesNotApplyToAnInputWithResiduals() {
    Graph graph =
        GraphText.parse(
            HEAD.replace("24]", "24], z: f32[1,40,52,64]")
                + "  s = Add(c, z)\n"
                + depthwise("s")
                + "  y = Relu(d)\n}\n");
    assertEquals(2, plan(graph).calls().size());
    agrees(graph);
  }

  /** Strips follow one another, which leaves nothing to other threads. */
  @Test
  void isNotForSeveralThreads() {
    Graph graph = GraphText.parse(HEAD + depthwise("c") + "  y = Relu(d)\n}\n");
    Target two = VECTOR.target().withThreads(2);
    assertEquals(2, KernelPlanner.plan(graph, two).calls().size());
  }
}
