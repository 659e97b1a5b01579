package dev.coppice.compiler.schedule;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.emit.Emitter;
import dev.coppice.compiler.emit.Emitters;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.lowering.KernelPlan;
import dev.coppice.compiler.testing.GraphText;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WinogradConvTest {
  private static final Emitter VECTOR =
      Emitters.all().stream().filter(e -> e.target().vectorApi()).findFirst().orElseThrow();

  /**
   * Tiles that fit and that overlap, one strip and several, products between which room is left.
   */
  @ParameterizedTest
  @CsvSource({"16, 16, 16, 16", "16, 16, 64, 64", "13, 15, 48, 72", "40, 61, 64, 64"})
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
    KernelPlan plan =
        Agreement.agrees(
            graph,
            Agreement.random(new Random(1), 0, 1, h, w, channels),
            VECTOR.target(),
            "element");
    assertTrue(
        plan.choices().stream().anyMatch(c -> c.chosen().schedule().startsWith("Winograd")),
        plan.choices().toString());
  }
}
