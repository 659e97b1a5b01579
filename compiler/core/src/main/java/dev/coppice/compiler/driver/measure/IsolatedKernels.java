package dev.coppice.compiler.driver.measure;

import dev.coppice.compiler.driver.load.LoadedModel;
import dev.coppice.compiler.emit.EmitOptions;
import dev.coppice.compiler.emit.Emitter;
import dev.coppice.compiler.interp.SeededInputs;
import dev.coppice.compiler.lowering.KernelPlan;
import dev.coppice.compiler.lowering.MemoryPlanner;
import dev.coppice.compiler.lowering.Port;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** Plans of a few nodes as classes of this JVM, to be run by themselves. */
final class IsolatedKernels {
  private static final String PACKAGE = "coppice.measured.p";

  /** Weights that are so small are in the cache in any network. */
  private static final long SMALL = 1 << 14;

  private static final int MOST_INSTANCES = 16;

  private IsolatedKernels() {}

  /**
   * Tasks that each run one of {@code plans} once, on inputs made from a seed.
   *
   * <p>In a network the weights of other nodes pass through the caches between two runs of a node,
   * while its operands come fresh from the node before. So a task takes in turns instances with
   * weights of their own, which together are as large as those of the network, and the same inputs.
   *
   * @param networkBytes weights of the network that the nodes belong to
   */
  static List<Runnable> tasks(List<KernelPlan> plans, Emitter emitter, long networkBytes) {
    List<LoadedModel.Unit> units = new ArrayList<>();
    for (KernelPlan plan : plans) {
      EmitOptions options = EmitOptions.of(PACKAGE + units.size(), "Measured");
      units.add(
          new LoadedModel.Unit(
              emitter.emit(plan, MemoryPlanner.plan(plan), options),
              plan.inputs(),
              plan.outputs()));
    }
    List<LoadedModel> models = LoadedModel.loadAll(units);
    List<Runnable> tasks = new ArrayList<>();
    for (int i = 0; i < plans.size(); i++) {
      tasks.add(task(plans.get(i), models.get(i), networkBytes));
    }
    return tasks;
  }

  private static Runnable task(KernelPlan plan, LoadedModel model, long networkBytes) {
    long own = plan.weights().stream().mapToLong(w -> w.data().type().bytes()).sum();
    long wanted = own < SMALL ? 1 : networkBytes / own;
    List<Consumer<Object[]>> instances = new ArrayList<>();
    for (int i = 0; i < Math.max(1, Math.min(MOST_INSTANCES, wanted)); i++) {
      instances.add(model.newInstance());
    }
    SplittableRandom random = new SplittableRandom(1);
    List<Tensor> inputs = new ArrayList<>();
    for (Port p : plan.inputs()) {
      inputs.add(SeededInputs.tensor(new TensorType(p.dtype(), p.shape()), random.split()));
    }
    return new InTurns(instances, model.arrays(inputs));
  }

  /** Runs one of the instances each time. */
  private static final class InTurns implements Runnable {
    private final List<Consumer<Object[]>> instances;
    private final Object[] arrays;
    private int next;

    InTurns(List<Consumer<Object[]>> instances, Object[] arrays) {
      this.instances = instances;
      this.arrays = arrays;
    }

    @Override
    public void run() {
      instances.get(next).accept(arrays);
      next = next + 1 == instances.size() ? 0 : next + 1;
    }
  }
}
