package dev.coppice.compiler.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.loop.Costs;
import dev.coppice.compiler.loop.LoopVerifier;
import dev.coppice.compiler.loop.Target;
import dev.coppice.compiler.lowering.KernelPlan;
import dev.coppice.compiler.lowering.KernelPlanner;
import dev.coppice.compiler.lowering.PlanPartition;
import dev.coppice.compiler.tensor.Tensor;
import java.util.List;

/** Plans for several threads that cut all that can be cut, however small. */
public final class ManyThreads {
  /** Nothing costs anything, a hand-over to another thread neither. */
  private static final Costs FREE = EqualCosts.of(0);

  private ManyThreads() {}

  /** The plan of {@code graph} for so many threads. */
  public static KernelPlan plan(Graph graph, Target target, int threads) {
    Target many = target.withThreads(threads);
    return inParts(KernelPlanner.plan(graph, many), many);
  }

  /** {@code plan} for the threads of {@code target}. */
  public static KernelPlan inParts(KernelPlan plan, Target target) {
    KernelPlan parts = PlanPartition.of(plan, target.withCosts(FREE));
    parts.calls().forEach(call -> LoopVerifier.verify(call.kernel()));
    return parts;
  }

  /** Fails unless all elements have the same bits. */
  public static void assertSameBits(List<Tensor> expected, List<Tensor> actual, String what) {
    assertEquals(expected.size(), actual.size(), what);
    for (int j = 0; j < expected.size(); j++) {
      Tensor e = expected.get(j);
      Tensor a = actual.get(j);
      assertEquals(e.type(), a.type(), what);
      for (int i = 0; i < e.size(); i++) {
        if (bits(e, i) != bits(a, i)) {
          fail(
              "%s: output %d[%d] is %s, expected %s".formatted(what, j, i, text(a, i), text(e, i)));
        }
      }
    }
  }

  private static long bits(Tensor t, int i) {
    return t.dtype().isFloat() ? Double.doubleToLongBits(t.doubleAt(i)) : t.longAt(i);
  }

  private static String text(Tensor t, int i) {
    return t.dtype().isFloat() ? Double.toString(t.doubleAt(i)) : Long.toString(t.longAt(i));
  }
}
