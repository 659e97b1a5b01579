package dev.coppice.compiler.lowering;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.interp.ReferenceInterpreter;
import dev.coppice.compiler.interp.SeededInputs;
import dev.coppice.compiler.ir.Chooser;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.Prediction;
import dev.coppice.compiler.ir.ScheduleChoice;
import dev.coppice.compiler.loop.CostFigure;
import dev.coppice.compiler.loop.Target;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.Tolerance;
import dev.coppice.compiler.testing.GraphText;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is named is computed, and computed right. */
class ChooserTest {
  private static final Graph GRAPH =
      GraphText.parse(
          """
          graph g(x: f32[1,12,14,32]) -> (y) {
            const w: f32[48,32,3,3]
            const b: f32[48]
            c = ChannelsLastConv(x, w, b) {strides=[1, 1], pads=[1, 1, 1, 1], dilations=[1, 1], group=1}
            y = Relu(c)
          }
          """);

  private static ScheduleChoice choice(Chooser chooser, Target target) {
    KernelPlan plan = KernelPlanner.plan(GRAPH, target, chooser);
    Tensor x = SeededInputs.of(GRAPH, 1).get(0);
    Tensor expected = new ReferenceInterpreter(GRAPH).run(List.of(x)).get(0);
    Tensor actual = PlanInterpreter.run(plan, MemoryPlanner.plan(plan), List.of(x)).get(0);
    for (int i = 0; i < expected.size(); i++) {
      assertTrue(
          new Tolerance(1e-3, 1e-3).accepts(expected.doubleAt(i), actual.doubleAt(i)),
          plan.choices().get(0).text());
    }
    return plan.choices().get(0);
  }

  @Test
  void everyScheduleCanBeNamed() {
    List<Prediction> predicted = choice(Chooser.PREDICTED, Target.VECTOR).ranked();
    assertTrue(predicted.size() > 2, predicted.toString());
    for (Prediction p : predicted) {
      ScheduleChoice choice = choice(q -> Optional.of(p.schedule()), Target.VECTOR);
      assertEquals(p, choice.chosen());
      assertTrue(choice.recorded());
      assertEquals(predicted.size(), choice.ranked().size());
    }
  }

  @Test
  void whatIsNotOfferedLeavesThePrediction() {
    ScheduleChoice predicted = choice(Chooser.PREDICTED, Target.VECTOR);
    ScheduleChoice choice = choice(q -> Optional.of("by hand"), Target.VECTOR);
    assertEquals(predicted, choice);
    assertFalse(choice.recorded());
  }

  @Test
  void costsDecideWhatIsPredicted() {
    Target slow = Target.VECTOR.withCosts(Target.VECTOR.costs().with(CostFigure.TRANSFORM, 1000));
    assertTrue(choice(Chooser.PREDICTED, Target.VECTOR).chosen().schedule().startsWith("Winograd"));
    assertEquals("panels", choice(Chooser.PREDICTED, slow).chosen().schedule());
  }
}
