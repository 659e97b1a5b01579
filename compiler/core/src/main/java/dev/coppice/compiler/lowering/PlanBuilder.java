package dev.coppice.compiler.lowering;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Gathers what a {@link KernelPlan} consists of and decides where each value lives. */
final class PlanBuilder {
  private record WeightKey(Tensor data, boolean rows) {}

  private final Graph graph;
  private final Map<Value, Value> roots;
  private final Map<Value, Binding> places = new LinkedHashMap<>();
  private final List<SlotSize> slots = new ArrayList<>();
  private final List<WeightTensor> weights = new ArrayList<>();
  private final Map<WeightKey, Integer> weightIndex = new LinkedHashMap<>();
  private final List<KernelCall> calls = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  /**
   * A builder of a plan for {@code graph}.
   *
   * @param roots for every view, the value whose elements it shows
   */
  PlanBuilder(Graph graph, Map<Value, Value> roots) {
    this.graph = graph;
    this.roots = roots;
    for (int i = 0; i < graph.inputs().size(); i++) {
      places.put(graph.inputs().get(i), new Binding.PortIn(i, 0));
    }
  }

  /** The value whose storage {@code v} shares. */
  Value root(Value v) {
    return roots.getOrDefault(v, v);
  }

  /** Lets {@code v} live in output {@code j}. */
  void deliver(Value v, int j) {
    places.put(v, new Binding.PortOut(j, 0));
  }

  /** Whether {@code v} has a place already. */
  boolean isPlaced(Value v) {
    return places.containsKey(v);
  }

  /** Where {@code v} lives; a value computed here gets a slot when first asked for. */
  Binding place(Value v) {
    Value root = root(v);
    Tensor data = graph.constants().get(root);
    if (data != null) {
      return new Binding.FlatWeights(weight(root.name(), data, false));
    }
    return places.computeIfAbsent(
        root,
        r -> {
          slots.add(new SlotSize(r.type().dtype().storage(), r.type().shape().size()));
          return new Binding.Arena(r.type().dtype().storage(), slots.size() - 1);
        });
  }

  /** A slot for scratch of one call. */
  int scratch(SlotSize size) {
    slots.add(size);
    return slots.size() - 1;
  }

  /** Index of constant data, which is kept once however often it is used. */
  int weight(String name, Tensor data, boolean rows) {
    return weightIndex.computeIfAbsent(
        new WeightKey(data, rows),
        key -> {
          weights.add(new WeightTensor(name, data, rows));
          return weights.size() - 1;
        });
  }

  void note(String note) {
    notes.add(note);
  }

  void call(KernelCall call) {
    calls.add(call);
  }

  KernelPlan build(List<Port> inputs, List<Port> outputs, long macs) {
    return new KernelPlan(graph.name(), inputs, outputs, calls, weights, slots, macs, notes);
  }
}
