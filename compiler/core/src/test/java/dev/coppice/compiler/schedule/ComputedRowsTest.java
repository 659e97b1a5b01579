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

class ComputedRowsTest {
  private static final Emitter VECTOR =
      Emitters.all().stream().filter(e -> e.target().vectorApi()).findFirst().orElseThrow();

  /** One strip and several; channels that lie close, and those between which room is left. */
  @ParameterizedTest
  @CsvSource({
    "14, 14, 64, 1, 1",
    "14, 14, 128, 1, 1",
    "56, 40, 128, 1, 1",
    "56, 40, 128, 2, 1",
    "14, 14, 256, 1, 1",
    "40, 52, 72, 1, 1"
  })
  void areWhatThePointwiseConvolutionComputes(int h, int w, int channels, int stride, int pad) {
    Graph graph =
        GraphText.parse(
            String.format(
                Locale.ROOT,
                """
                graph g(x: f32[1,%1$d,%2$d,16]) -> (y) {
                  const w: f32[%3$d,16,1,1]
                  const b: f32[%3$d]
                  c = ChannelsLastConv(x, w, b) {strides=[1, 1], pads=[0, 0, 0, 0], dilations=[1, 1], group=1}
                  r = Relu(c)
                  const v: f32[%3$d,1,3,3]
                  y = ChannelsLastConv(r, v) {strides=[%4$d, %4$d], pads=[%5$d, %5$d, %5$d, %5$d], dilations=[1, 1], group=%3$d}
                }
                """,
                h,
                w,
                channels,
                stride,
                pad));
    KernelPlan plan =
        Agreement.agrees(
            graph, Agreement.random(new Random(1), 0, 1, h, w, 16), VECTOR.target(), "element");
    assertTrue(
        plan.choices().stream().anyMatch(c -> c.chosen().schedule().contains("in strips")),
        plan.choices().toString());
  }
}
