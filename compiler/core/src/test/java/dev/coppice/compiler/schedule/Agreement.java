package dev.coppice.compiler.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.interp.ReferenceInterpreter;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.loop.Target;
import dev.coppice.compiler.lowering.KernelPlan;
import dev.coppice.compiler.lowering.KernelPlanner;
import dev.coppice.compiler.lowering.MemoryPlanner;
import dev.coppice.compiler.lowering.PlanInterpreter;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.Tolerance;
import java.util.List;
import java.util.Random;

/** Holds the kernels of a graph, interpreted, to the definition of its operators. */
final class Agreement {
  private Agreement() {}

  /** Normally distributed floats, of which about {@code zeros} of 1 are zero. */
  static Tensor random(Random r, double zeros, int... dims) {
    Shape s = Shape.of(dims);
    float[] v = new float[s.size()];
    for (int i = 0; i < v.length; i++) {
      float x = (float) r.nextGaussian();
      v[i] = r.nextDouble() < zeros ? 0 : x;
    }
    return Tensor.ofFloats(s, v);
  }

  /** Fails unless the kernels for {@code target} compute what the operators do; the plan. */
  static KernelPlan agrees(Graph graph, Tensor x, Target target, String what) {
    KernelPlan plan = KernelPlanner.plan(graph, target);
    Tensor expected = new ReferenceInterpreter(graph).run(List.of(x)).get(0);
    Tensor actual = PlanInterpreter.run(plan, MemoryPlanner.plan(plan), List.of(x)).get(0);
    assertEquals(expected.type(), actual.type());
    for (int i = 0; i < expected.size(); i++) {
      assertTrue(
          new Tolerance(1e-4, 1e-4).accepts(expected.doubleAt(i), actual.doubleAt(i)),
          what + " at " + i + ": " + actual.doubleAt(i) + " instead of " + expected.doubleAt(i));
    }
    return plan;
  }
}
