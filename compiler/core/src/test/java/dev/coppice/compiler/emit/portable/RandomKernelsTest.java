package dev.coppice.compiler.emit.portable;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.emit.EmitOptions;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.LoopSplitter;
import dev.coppice.compiler.loop.LoopVerifier;
import dev.coppice.compiler.loop.RandomKernels;
import dev.coppice.compiler.lowering.KernelPlan;
import dev.coppice.compiler.lowering.MemoryPlan;
import dev.coppice.compiler.lowering.MemoryPlanner;
import dev.coppice.compiler.lowering.PlanInterpreter;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.CompiledPlan;
import dev.coppice.compiler.testing.KernelPlans;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Seeded kernels: what is rendered and compiled gives, bit for bit, what the Loop interpreter
 * gives.
 */
class RandomKernelsTest {
  /** Kernels of one plan; more would need ports beyond a method's 255 parameters. */
  private static final int KERNELS = 40;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void compiledEqualsInterpreted(int block) {
    compare(block, EmitOptions.of("random", "Model"));
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 10})
  void splitToATinyBudgetTheySayTheSame(int block) {
    compare(block, EmitOptions.of("random", "Model").withBudgets(200, 2000));
  }

  @Test
  void splitKernelsKeepTheRules() {
    int split = 0;
    for (Kernel k : kernels(4)) {
      Kernel parts = LoopSplitter.split(k, 200);
      LoopVerifier.verify(parts);
      split += parts.equals(k) ? 0 : 1;
    }
    assertTrue(split > KERNELS / 2, split + " kernels are split");
  }

  private static List<Kernel> kernels(int block) {
    return LongStream.range((long) block * KERNELS, (block + 1L) * KERNELS)
        .mapToObj(RandomKernels::of)
        .toList();
  }

  private static void compare(int block, EmitOptions options) {
    KernelPlan plan = KernelPlans.of(kernels(block));
    MemoryPlan memory = MemoryPlanner.plan(plan);
    List<Tensor> inputs = KernelPlans.inputs(plan, block);
    List<Tensor> expected = PlanInterpreter.run(plan, memory, inputs);
    CompiledPlan compiled = CompiledPlan.of(plan, memory, new PortableEmitter(), options);
    List<Tensor> actual = compiled.run(inputs);
    for (int j = 0; j < expected.size(); j++) {
      Tensor e = expected.get(j);
      Tensor a = actual.get(j);
      for (int i = 0; i < e.size(); i++) {
        assertTrue(
            e.dtype().isFloat()
                ? Double.compare(e.doubleAt(i), a.doubleAt(i)) == 0
                : e.longAt(i) == a.longAt(i),
            "seed "
                + (block * KERNELS + j)
                + ": element "
                + i
                + " of "
                + a.type()
                + " is "
                + a.doubleAt(i)
                + ", expected "
                + e.doubleAt(i));
      }
    }
    assertTrue(compiled.longestMethod() <= 8000, "longest method " + compiled.longestMethod());
  }
}
