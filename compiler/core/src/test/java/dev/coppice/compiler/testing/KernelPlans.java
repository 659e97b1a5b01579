package dev.coppice.compiler.testing;

import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.lowering.Binding;
import dev.coppice.compiler.lowering.KernelCall;
import dev.coppice.compiler.lowering.KernelPlan;
import dev.coppice.compiler.lowering.Port;
import dev.coppice.compiler.lowering.SlotSize;
import dev.coppice.compiler.lowering.WeightTensor;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Plans that call kernels on ports and seeded weights of their own, to test kernels by themselves.
 */
public final class KernelPlans {
  private final List<Port> inputs = new ArrayList<>();
  private final List<Port> outputs = new ArrayList<>();
  private final List<KernelCall> calls = new ArrayList<>();
  private final List<WeightTensor> weights = new ArrayList<>();
  private final List<SlotSize> slots = new ArrayList<>();

  private KernelPlans() {}

  /**
   * A plan that calls each kernel once. Inputs become model inputs, outputs model outputs; weights
   * are seeded.
   */
  public static KernelPlan of(List<Kernel> kernels) {
    KernelPlans plan = new KernelPlans();
    for (int i = 0; i < kernels.size(); i++) {
      plan.add(kernels.get(i), "n" + i);
    }
    return new KernelPlan(
        "kernels", plan.inputs, plan.outputs, plan.calls, plan.weights, plan.slots, 0);
  }

  /** Seeded inputs of a plan. */
  public static List<Tensor> inputs(KernelPlan plan, long seed) {
    Random random = new Random(seed);
    return plan.inputs().stream()
        .map(p -> random(random, new TensorType(p.dtype(), p.shape())))
        .toList();
  }

  private void add(Kernel kernel, String node) {
    Map<DType.Storage, Integer> rows = new EnumMap<>(DType.Storage.class);
    List<Binding> bindings = new ArrayList<>();
    for (Buffer b : kernel.buffers()) {
      bindings.add(
          switch (b.role()) {
            case INPUT -> {
              inputs.add(new Port(node + "." + b.name(), b.dtype(), Shape.of(b.length())));
              yield new Binding.PortIn(inputs.size() - 1, 0);
            }
            case OUTPUT -> {
              outputs.add(new Port(node + "." + b.name(), b.dtype(), Shape.of(b.length())));
              yield new Binding.PortOut(outputs.size() - 1, 0);
            }
            case WEIGHTS -> weights(b);
            case SCRATCH -> scratch(b, rows);
          });
    }
    calls.add(new KernelCall(kernel, bindings, node));
  }

  private Binding weights(Buffer b) {
    boolean planar = b.layout() == Buffer.Layout.PLANAR;
    Shape shape = planar ? Shape.of(b.rows(), b.length()) : Shape.of(b.length());
    Tensor data = random(new Random(weights.size()), new TensorType(b.dtype(), shape));
    weights.add(new WeightTensor(b.name(), data, planar));
    return planar
        ? new Binding.RowWeights(weights.size() - 1)
        : new Binding.FlatWeights(weights.size() - 1);
  }

  private Binding scratch(Buffer b, Map<DType.Storage, Integer> rows) {
    DType.Storage storage = b.dtype().storage();
    if (b.layout() == Buffer.Layout.PLANAR) {
      return new Binding.ScratchRows(
          storage, rows.merge(storage, b.rows(), Integer::sum) - b.rows());
    }
    slots.add(new SlotSize(storage, b.length()));
    return new Binding.ScratchFlat(storage, slots.size() - 1);
  }

  private static Tensor random(Random random, TensorType type) {
    return type.dtype().isFloat()
        ? Tensor.fromDoubles(type, i -> (float) (4 * random.nextGaussian()))
        : Tensor.fromLongs(type, i -> random.nextLong() >> random.nextInt(64));
  }
}
