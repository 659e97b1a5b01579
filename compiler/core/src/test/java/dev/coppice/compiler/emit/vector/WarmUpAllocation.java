package dev.coppice.compiler.emit.vector;

import com.sun.management.ThreadMXBean;
import dev.coppice.compiler.driver.load.LoadedModel;
import dev.coppice.compiler.emit.EmitOptions;
import dev.coppice.compiler.emit.GeneratedModel;
import dev.coppice.compiler.lowering.KernelPlan;
import dev.coppice.compiler.lowering.KernelPlanner;
import dev.coppice.compiler.lowering.MemoryPlanner;
import dev.coppice.compiler.testing.GraphText;
import java.lang.management.ManagementFactory;

/**
 * Warms up a model that spends its time in one kernel and calls another once a run, and prints what
 * a run allocates then. HotSpot would compile the second kernel after some thousand runs.
 */
final class WarmUpAllocation {
  private static final VectorEmitter EMITTER = new VectorEmitter();

  /** HotSpot compiles while the program goes on: few runs, and time between them. */
  private static final int MOST_RUNS = 40;

  private static final long PAUSE_MILLIS = 100;

  private WarmUpAllocation() {}

  static final String GRAPH =
      """
      graph g(x: f32[1,64,128,128], z: f32[1,40]) -> (y, s) {
        const w: f32[64,64,3,3]
        y = Conv(x, w) {strides=[1,1], pads=[1,1,1,1], dilations=[1,1], group=1}
        s = Softmax(z) {axis=1}
      }
      """;

  /** Takes no arguments; what it prints stands behind a tabulator. */
  public static void main(String[] args) throws InterruptedException {
    KernelPlan plan = KernelPlanner.plan(GraphText.parse(GRAPH), EMITTER.target());
    GeneratedModel model =
        EMITTER.emit(plan, MemoryPlanner.plan(plan), EmitOptions.of("generated", "Model"));
    LoadedModel loaded = LoadedModel.load(model, plan.inputs(), plan.outputs());
    LoadedModel.Instance instance = loaded.newInstance();
    Object[] arrays = {
      new float[64 * 128 * 128], new float[40], new float[64 * 128 * 128], new float[40]
    };
    instance.warmUp();
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long bytes = 1;
    for (int run = 0; run < MOST_RUNS && bytes != 0; run++) {
      Thread.sleep(PAUSE_MILLIS);
      long before = threads.getCurrentThreadAllocatedBytes();
      instance.accept(arrays);
      bytes = threads.getCurrentThreadAllocatedBytes() - before;
    }
    System.out.println("bytes\t" + bytes);
  }
}
