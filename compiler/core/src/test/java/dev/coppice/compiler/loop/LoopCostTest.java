package dev.coppice.compiler.loop;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.emit.EmitOptions;
import dev.coppice.compiler.emit.Emitters;
import dev.coppice.compiler.lowering.KernelPlan;
import dev.coppice.compiler.lowering.MemoryPlanner;
import dev.coppice.compiler.testing.ClassFiles;
import dev.coppice.compiler.testing.CompiledPlan;
import dev.coppice.compiler.testing.KernelPlans;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LoopCostTest {
  /** Estimates add up over the kernels of a plan to at most this many times what javac makes. */
  private static final double MOST = 2.5;

  @Test
  void bytecodeIsEstimatedFromAboveButNotFarOff() {
    List<Kernel> kernels = LongStream.range(1000, 1030).mapToObj(RandomKernels::of).toList();
    KernelPlan plan = KernelPlans.of(kernels);
    EmitOptions whole = EmitOptions.of("cost", "Model").withBudgets(60_000, 1_000_000);
    CompiledPlan compiled =
        CompiledPlan.of(plan, MemoryPlanner.plan(plan), Emitters.all().get(0), whole);
    long estimates = 0;
    long actuals = 0;
    for (Kernel k : kernels) {
      int actual = ClassFiles.sizes(compiled.classes().get("cost.Model_K0")).codeBytesOf(k.name());
      int estimate = LoopCost.bytecodeBytes(k.body());
      assertTrue(estimate >= actual, k.name() + ": estimated " + estimate + ", is " + actual);
      estimates += estimate;
      actuals += actual;
    }
    assertTrue(estimates <= MOST * actuals, estimates + " estimated, " + actuals + " actual");
  }
}
