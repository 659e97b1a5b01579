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

/** A plan of a few nodes as a class of this JVM, to be run by itself. */
final class IsolatedKernel implements Runnable {
  private static final String PACKAGE = "coppice.measured.p";

  /** Weights that are so small are in the cache in any network. */
  private static final long SMALL = 1 << 14;

  private static final int MOST_INSTANCES = 16;

  private final LoadedModel model;
  private final long weightBytes;
  private final Consumer<Object[]> instance;
  private final Object[] arrays;

  private IsolatedKernel(KernelPlan plan, LoadedModel model) {
    this.model = model;
    this.weightBytes = plan.weights().stream().mapToLong(w -> w.data().type().bytes()).sum();
    this.instance = model.newInstance();
    SplittableRandom random = new SplittableRandom(1);
    List<Tensor> inputs = new ArrayList<>();
    for (Port p : plan.inputs()) {
      inputs.add(SeededInputs.tensor(new TensorType(p.dtype(), p.shape()), random.split()));
    }
    this.arrays = model.arrays(inputs);
  }

  /**
   * Compiles plans, with one run of javac.
   *
   * @throws dev.coppice.compiler.diag.CompileException if this JVM lacks a module that they need
   * @throws UnsupportedOperationException if this Java runtime has no compiler
   */
  static List<IsolatedKernel> of(List<KernelPlan> plans, Emitter emitter) {
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
    List<IsolatedKernel> kernels = new ArrayList<>();
    for (int i = 0; i < plans.size(); i++) {
      kernels.add(new IsolatedKernel(plans.get(i), models.get(i)));
    }
    return kernels;
  }

  /** Bytes of weights that may be in memory at once, several times each. */
  static long mostBytes() {
    return Runtime.getRuntime().maxMemory() / 16;
  }

  /** Runs it once, on inputs made from a seed. */
  @Override
  public void run() {
    instance.accept(arrays);
  }

  /**
   * The same with weights that are as far away as in a network. There the weights of other nodes
   * pass through the caches between two runs of a node, while its operands come fresh from the node
   * before. So instances with weights of their own, which together are as large as those of the
   * network, take turns on the same inputs.
   *
   * @param networkBytes weights of the network
   */
  Runnable within(long networkBytes) {
    long wanted = weightBytes < SMALL ? 1 : Math.min(networkBytes, mostBytes()) / weightBytes;
    List<Consumer<Object[]>> instances = new ArrayList<>(List.of(instance));
    while (instances.size() < Math.min(MOST_INSTANCES, wanted)) {
      instances.add(model.newInstance());
    }
    return new InTurns(instances, arrays);
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
