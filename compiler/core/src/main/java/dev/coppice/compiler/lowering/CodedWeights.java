package dev.coppice.compiler.lowering;

import dev.coppice.compiler.loop.KernelWeights;
import dev.coppice.compiler.tensor.ByteCodes;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps weights of few values, or of integers with scales, in memory as these ({@link
 * CodedTensor}). Before each kernel that reads such weights a call decodes them into a slot of the
 * arena, which is free again behind that kernel. Results are those of the weights in the file: less
 * memory for more time.
 */
public final class CodedWeights {
  private final KernelPlan plan;
  private final List<WeightTensor> weights = new ArrayList<>();

  /** A coded tensor and which weights its parts are. */
  private record Coded(CodedTensor form, List<Integer> parts) {}

  /** Coded tensors by their first part, which each has for itself. */
  private final Map<Integer, Coded> coded = new LinkedHashMap<>();

  /** Other parts: tiles of a matrix have a table in common. */
  private final Map<Tensor, Integer> shared = new LinkedHashMap<>();

  private final List<SlotSize> slots;
  private final List<KernelCall> calls = new ArrayList<>();

  private CodedWeights(KernelPlan plan) {
    this.plan = plan;
    this.slots = new ArrayList<>(plan.slots());
  }

  /** Whether a constant is coded wherever a kernel reads it flat, in any order. */
  static boolean fits(Tensor data) {
    return data.size() >= CodedTensor.MIN_ELEMENTS && ByteCodes.fit(data);
  }

  /** {@code plan} with its weights of few values coded. */
  public static KernelPlan of(KernelPlan plan) {
    return new CodedWeights(plan).coded();
  }

  private KernelPlan coded() {
    List<Integer> moved = new ArrayList<>();
    for (WeightTensor w : plan.weights()) {
      moved.add(weights.size());
      keep(w);
    }
    int[] first = new int[plan.calls().size() + 1];
    KernelPlan inParts = plan.withWeights(weights, moved);
    for (int c = 0; c < first.length - 1; c++) {
      first[c] = calls.size();
      decodeFor(inParts.calls().get(c));
    }
    first[first.length - 1] = calls.size();
    return inParts.withCalls(calls, first, slots, plan.threads());
  }

  private void keep(WeightTensor w) {
    boolean flat = !w.rows() && w.weights().expansion() == KernelWeights.Expansion.NONE;
    Optional<CodedTensor> form = flat ? CodedTensor.of(w.weights().stored()) : Optional.empty();
    if (form.isEmpty()) {
      add(w);
      return;
    }
    List<Integer> indices = new ArrayList<>();
    for (CodedTensor.Part p : form.get().parts()) {
      KernelWeights data = KernelWeights.exact(p.data());
      WeightTensor part = new WeightTensor(w.name() + ", " + p.name(), data, false);
      indices.add(
          indices.isEmpty() ? add(part) : shared.computeIfAbsent(p.data(), any -> add(part)));
    }
    coded.put(indices.get(0), new Coded(form.get(), List.copyOf(indices)));
  }

  private int add(WeightTensor w) {
    weights.add(w);
    return weights.size() - 1;
  }

  /** Adds the call, behind those that decode what it reads. */
  private void decodeFor(KernelCall call) {
    Map<Integer, Integer> decoded = new LinkedHashMap<>();
    List<Binding> bindings = new ArrayList<>();
    for (Binding b : call.bindings()) {
      Coded c = b instanceof Binding.FlatWeights w ? coded.get(w.weight()) : null;
      if (c == null) {
        bindings.add(b);
      } else {
        Binding.FlatWeights w = (Binding.FlatWeights) b;
        int slot = decoded.computeIfAbsent(w.weight(), any -> decode(c, call.comment()));
        bindings.add(new Binding.Arena(DType.Storage.FLOAT, slot, w.offset()));
      }
    }
    calls.add(new KernelCall(call.kernel(), bindings, call.comment(), call.inPlace()));
  }

  /** Adds the call that decodes a tensor; returns the slot that it fills. */
  private int decode(Coded c, String comment) {
    slots.add(new SlotSize(DType.Storage.FLOAT, c.form().length()));
    int slot = slots.size() - 1;
    List<Binding> bindings = new ArrayList<>();
    c.parts().forEach(p -> bindings.add(new Binding.FlatWeights(p)));
    bindings.add(new Binding.Arena(DType.Storage.FLOAT, slot));
    calls.add(new KernelCall(c.form().decode(), bindings, comment + ": weights"));
    return slot;
  }
}
