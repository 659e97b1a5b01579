package dev.coppice.compiler.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.coppice.compiler.emit.Emitters;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.lowering.KernelPlan;
import dev.coppice.compiler.lowering.KernelPlanner;
import dev.coppice.compiler.lowering.MemoryPlanner;
import dev.coppice.compiler.lowering.PlanInterpreter;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.CompiledPlan;
import dev.coppice.compiler.testing.GraphText;
import dev.coppice.compiler.testing.Stages;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BoundedTest {
  private static final Graph GRAPH =
      GraphText.parse(
          """
          graph g(x: i64[]) -> (z) {
            y = Bounded(x) {most=3, what='boxes'}
            z = Add(y, one: i64[] = 1)
          }
          """);

  private static List<Tensor> input(long x) {
    return List.of(Tensor.ofLongs(Shape.SCALAR, x));
  }

  @Test
  void isItsOperandWithinTheBound() {
    assertEquals(4, Stages.run(GRAPH, List.of(input(3))).get(0).get(0).longAt(0));
  }

  @Test
  void endsTheRunBeyondIt() {
    KernelPlan plan = KernelPlanner.plan(GRAPH, Emitters.all().get(0).target());
    CompiledPlan compiled = CompiledPlan.of(plan, Emitters.all().get(0));
    List<Runnable> runs =
        List.of(
            () -> GRAPH.nodes().get(0).op().evaluate(input(4)),
            () -> PlanInterpreter.run(plan, MemoryPlanner.plan(plan), input(4)),
            () -> compiled.run(input(4)));
    for (Runnable run : runs) {
      Throwable problem = assertThrows(Throwable.class, run::run);
      while (problem.getCause() != null) {
        problem = problem.getCause();
      }
      assertEquals(IllegalStateException.class, problem.getClass());
      assertEquals("boxes: 4, there is room for 3", problem.getMessage());
    }
  }
}
