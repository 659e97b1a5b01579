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
import dev.coppice.compiler.testing.CompiledPlan;
import dev.coppice.compiler.testing.GraphText;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WinogradConvTest {
  private static final Emitter VECTOR =
      Emitters.all().stream().filter(e -> e.target().vectorApi()).findFirst().orElseThrow();

  /** Of the largest result: transformations of F(4x4, 3x3) multiply by up to 8 and cancel. */
  private static final double ERROR = 1e-5;

  /**
   * Tiles that fit and that overlap, one strip and several, products between which room is left.
   */
  @ParameterizedTest
  @CsvSource({"16, 16, 16, 16", "16, 16, 64, 64", "13, 15, 48, 72", "40, 61, 32, 64"})
  void computesTheDefinition(int h, int w, int channels, int outputs) {
    Graph graph =
        GraphText.parse(
            String.format(
                Locale.ROOT,
                """
                graph g(x: f32[1,%1$d,%2$d,%3$d]) -> (y) {
                  const w: f32[%4$d,%3$d,3,3]
                  const b: f32[%4$d]
                  c = ChannelsLastConv(x, w, b) {strides=[1, 1], pads=[1, 1, 1, 1], dilations=[1, 1], group=1}
                  y = Relu(c)
                }
                """,
                h,
                w,
                channels,
                outputs));
    KernelPlan plan = KernelPlanner.plan(graph, VECTOR.target());
    assertTrue(
        plan.choices().stream().anyMatch(c -> c.chosen().schedule().startsWith("Winograd")),
        plan.choices().toString());
    List<Tensor> inputs = SeededInputs.of(graph, 1);
    Tensor expected = new ReferenceInterpreter(graph).run(inputs).get(0);
    Tensor actual = CompiledPlan.of(plan, VECTOR).run(inputs).get(0);
    double largest = 0;
    for (int i = 0; i < expected.size(); i++) {
      largest = Math.max(largest, Math.abs(expected.doubleAt(i)));
    }
    for (int i = 0; i < expected.size(); i++) {
      assertEquals(expected.doubleAt(i), actual.doubleAt(i), ERROR * largest, "element " + i);
    }
  }
}
