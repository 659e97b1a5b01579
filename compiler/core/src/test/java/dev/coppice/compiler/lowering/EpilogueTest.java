package dev.coppice.compiler.lowering;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.interp.SeededInputs;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.loop.Target;
import dev.coppice.compiler.testing.GraphText;
import dev.coppice.compiler.testing.Stages;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Constants along the channels are applied within every schedule of a convolution. */
final class EpilogueTest {
  private static final String AFTER =
      """
        a = Add(c, r)
        p = PRelu(a, slope: f32[%d,1,1])
        y = Mul(p, scale: f32[1,%d,1,1])
      }
      """;

  private static void oneCall(String text) {
    Graph g = GraphText.parse(text);
    assertEquals(1, KernelPlanner.plan(g, Target.PORTABLE).calls().size());
    Stages.run(g, List.of(SeededInputs.of(g, 1)));
  }

  @Test
  void largePlanes() {
    oneCall(
        """
        graph g(x: f32[1,4,20,20], r: f32[1,6,20,20]) -> (y) {
          c = Conv(x, w: f32[6,4,3,3], b: f32[6]) {strides=[1,1], pads=[1,1,1,1], dilations=[1,1], group=1}
        """
            + AFTER.formatted(6, 6));
  }

  @Test
  void smallPlanes() {
    oneCall(
        """
        graph g(x: f32[2,32,2,2], r: f32[2,64,2,2]) -> (y) {
          c = Conv(x, w: f32[64,32,1,1]) {strides=[1,1], pads=[0,0,0,0], dilations=[1,1], group=1}
        """
            + AFTER.formatted(64, 64));
  }

  @Test
  void weightsFromInputs() {
    oneCall(
        """
        graph g(x: f32[2,4,5,5], w: f32[6,2,3,3], r: f32[2,6,3,3]) -> (y) {
          c = Conv(x, w) {strides=[1,1], pads=[0,0,0,0], dilations=[1,1], group=2}
        """
            + AFTER.formatted(6, 6));
  }

  /** Along another axis than the channels. */
  @Test
  void otherConstantsAreNotFused() {
    Graph g =
        GraphText.parse(
            """
            graph g(x: f32[1,4,5,4]) -> (y) {
              c = Conv(x, w: f32[4,4,1,1]) {strides=[1,1], pads=[0,0,0,0], dilations=[1,1], group=1}
              y = Mul(c, s: f32[4])
            }
            """);
    assertEquals(2, KernelPlanner.plan(g, Target.PORTABLE).calls().size());
    Stages.run(g, List.of(SeededInputs.of(g, 1)));
  }
}
