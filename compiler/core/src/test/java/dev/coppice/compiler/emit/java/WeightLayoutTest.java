package dev.coppice.compiler.emit.java;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.emit.Emitter;
import dev.coppice.compiler.emit.Emitters;
import dev.coppice.compiler.lowering.KernelPlan;
import dev.coppice.compiler.lowering.KernelPlanner;
import dev.coppice.compiler.tensor.DType.Storage;
import dev.coppice.compiler.testing.GraphText;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class WeightLayoutTest {
  private static final Emitter VECTOR =
      Emitters.all().stream().filter(e -> e.target().vectorApi()).findFirst().orElseThrow();

  private static KernelPlan plan(int channels) {
    return KernelPlanner.plan(
        GraphText.parse(
            String.format(
                Locale.ROOT,
                """
                graph g(x: f32[1,9,9,%1$d]) -> (y) {
                  const w: f32[70,%1$d,1,1]
                  const b: f32[70]
                  c = ChannelsLastConv(x, w, b) {strides=[1,1], pads=[0,0,0,0], dilations=[1,1], group=1}
                  const v: f32[70,1,3,3]
                  const a: f32[70]
                  y = ChannelsLastConv(c, v, a) {strides=[1,1], pads=[1,1,1,1], dilations=[1,1], group=70}
                }
                """,
                channels)),
        VECTOR.target());
  }

  /** Tensors follow one another with less than a line between them, and do not overlap. */
  @Test
  void beginsTensorsOfALargeArrayAtCacheLines() {
    KernelPlan plan = plan(2000);
    WeightLayout layout = WeightLayout.of(plan);
    int end = 0;
    for (int i = 0; i < plan.weights().size(); i++) {
      int offset = layout.offsets().get(i);
      assertEquals(12, offset % 16);
      assertTrue(offset >= end && offset < end + 16, offset + " behind " + end);
      end = offset + plan.weights().get(i).data().size();
    }
    assertTrue(layout.flatLength().get(Storage.FLOAT) >= end);
  }

  @Test
  void packsTensorsOfASmallArray() {
    KernelPlan plan = plan(40);
    WeightLayout layout = WeightLayout.of(plan);
    int end = 0;
    for (int i = 0; i < plan.weights().size(); i++) {
      assertEquals(end, layout.offsets().get(i));
      end += plan.weights().get(i).data().size();
    }
    assertEquals(end, layout.flatLength().get(Storage.FLOAT));
  }
}
