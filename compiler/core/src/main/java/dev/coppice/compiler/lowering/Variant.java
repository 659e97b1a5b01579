package dev.coppice.compiler.lowering;

import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One of several plans of a model, each for other sizes of its dimensions, that become one class.
 *
 * @param label which sizes, e.g. {@code seq=16}; empty when there is one plan only
 * @param plan what is computed; all variants have the same weights
 * @param memory where slots lie
 */
public record Variant(String label, KernelPlan plan, MemoryPlan memory) {
  private record WeightKey(Tensor data, boolean rows) {}

  /** The only plan of a model. */
  public static Variant only(KernelPlan plan) {
    return new Variant("", plan, MemoryPlanner.plan(plan));
  }

  /** Variants of {@code plans} by label, whose weights are brought together: equal ones are one. */
  public static List<Variant> of(Map<String, KernelPlan> plans) {
    Map<WeightKey, Integer> indices = new LinkedHashMap<>();
    List<WeightTensor> all = new ArrayList<>();
    Map<String, List<Integer>> moved = new LinkedHashMap<>();
    plans.forEach(
        (label, plan) -> {
          List<Integer> own = new ArrayList<>();
          for (WeightTensor w : plan.weights()) {
            WeightKey key = new WeightKey(w.data(), w.rows());
            if (indices.putIfAbsent(key, all.size()) == null) {
              all.add(w);
            }
            own.add(indices.getOrDefault(key, -1));
          }
          moved.put(label, own);
        });
    List<Variant> variants = new ArrayList<>();
    plans.forEach(
        (label, plan) -> {
          KernelPlan shared = plan.withWeights(all, moved.getOrDefault(label, List.of()));
          variants.add(new Variant(label, shared, MemoryPlanner.plan(shared)));
        });
    return variants;
  }
}
